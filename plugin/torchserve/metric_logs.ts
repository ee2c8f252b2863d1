import { join } from "node:path";

/** The two logs of a TorchServe with `metrics_mode=log`: of the server, and of its models. */
export type MetricLogName = "ts_metrics" | "model_metrics";

/** Where the logs are: a directory, or the path of each. */
export interface MetricLogPlaces {
  readonly directory?: string | undefined;
  readonly ts_metrics?: string | undefined;
  readonly model_metrics?: string | undefined;
}

/**
 * The files to follow. In a directory they have the names that TorchServe's `log4j2.xml` gives them; where single files
 * are configured without a directory, only they are followed.
 */
export function metricLogPaths({ directory, ...files }: MetricLogPlaces): Map<MetricLogName, string> {
  const paths = new Map<MetricLogName, string>();
  for (const name of ["ts_metrics", "model_metrics"] as const) {
    const path = files[name] ?? (directory === undefined ? undefined : join(directory, `${name}.log`));
    if (path !== undefined) paths.set(name, path);
  }
  return paths;
}
