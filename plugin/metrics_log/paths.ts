import { join } from "node:path";

/** The two logs of a TorchServe with `metrics_mode=log`: of the server, and of its models. */
export type LogName = "ts_metrics" | "model_metrics";

/** The option `metrics_log`. */
export type MetricsLogOption = string | {
  readonly directory?: string | undefined;
  readonly ts_metrics?: string | undefined;
  readonly model_metrics?: string | undefined;
  readonly start?: "beginning" | "end" | undefined;
};

/**
 * The files to follow. In a directory they have the names that TorchServe's `log4j2.xml` gives them; where single files
 * are configured without a directory, only they are followed.
 */
export function logPaths(option: MetricsLogOption): Map<LogName, string> {
  const { directory, ...files } = typeof option === "string" ? { directory: option } : option;
  const paths = new Map<LogName, string>();
  for (const name of ["ts_metrics", "model_metrics"] as const) {
    const path = files[name] ?? (directory === undefined ? undefined : join(directory, `${name}.log`));
    if (path !== undefined) paths.set(name, path);
  }
  return paths;
}
