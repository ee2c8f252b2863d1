/** One thing to say about a configuration. */
export interface ConfigIssue {
  /** Where, in the file: `instances[1].limit`, `init_config.timeout`, `instances[0].headers["X-A"]`. */
  readonly path: string;
  /** What was found and what is expected, in one sentence, without secrets. */
  readonly message: string;
  /** The nearest known name, or another concrete remedy. */
  readonly suggestion?: string;
  /** An `error` keeps the instance from running; a `warning` does not. */
  readonly severity: "error" | "warning";
}

/** The four kinds of instance, by the key that makes them. */
export type InstanceKind = "openmetrics" | "inference" | "management" | "metrics_log";
