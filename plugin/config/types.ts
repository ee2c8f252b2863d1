/** A place in a text; both count from 1, columns in characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

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
  /** Where it stands in the text that it was read from; absent for what came as a value. */
  readonly place?: Place;
  /** What a person is shown in place of path and message: lines that are safe to show. */
  readonly shown?: readonly string[];
}

/** The keys that make an instance, with the kind they make (design, section 3, in the order of its table). */
export const ENDPOINTS = [
  ["openmetrics_endpoint", "openmetrics"],
  ["inference_api_url", "inference"],
  ["management_api_url", "management"],
  ["metrics_log", "metrics_log"],
] as const;

/** A key that makes an instance. */
export type EndpointName = (typeof ENDPOINTS)[number][0];

/** The four kinds of instance, by the key that makes them. */
export type InstanceKind = (typeof ENDPOINTS)[number][1];

/** The kinds that read samples. */
export type SampleKind = Extract<InstanceKind, "openmetrics" | "metrics_log">;

/** The kinds that ask a server over HTTP. */
export type HttpKind = Exclude<InstanceKind, "metrics_log">;
