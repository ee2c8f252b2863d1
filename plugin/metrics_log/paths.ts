import { join } from "node:path";
import type { Instance } from "../config/mod.ts";

/** The two logs of a TorchServe with `metrics_mode=log`: of the server, and of its models. */
export type LogName = "ts_metrics" | "model_metrics";

/** The option `metrics_log`, as far as it names files. */
export type LogPathOptions = Pick<
  Instance<"metrics_log">["metrics_log"],
  "directory" | "ts_metrics" | "model_metrics"
>;

/**
 * The files to follow. In a directory they have the names that TorchServe's `log4j2.xml` gives them; where single files
 * are configured without a directory, only they are followed.
 */
export function logPaths({ directory, ...files }: LogPathOptions): Map<LogName, string> {
  const paths = new Map<LogName, string>();
  for (const name of ["ts_metrics", "model_metrics"] as const) {
    const path = files[name] ?? (directory === undefined ? undefined : join(directory, `${name}.log`));
    if (path !== undefined) paths.set(name, path);
  }
  return paths;
}
