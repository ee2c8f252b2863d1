import type { Followed, LogFailure, LogFileError, UntypedMetric } from "../metrics_log/mod.ts";
import type { Code, ReportError } from "../report/mod.ts";
import { clip, oneLine } from "../text/mod.ts";
import type { MetricLogName } from "../torchserve/settings.ts";

const WHERE = "metrics_log is the directory `logs` where TorchServe was started, or its METRICS_LOCATION";
/** Most metrics that a warning names, and most characters of each name. */
const SHOWN = 5;
const SHOWN_CHARACTERS = 60;

const CODES: Readonly<Record<LogFailure, readonly [Code, hint?: string]>> = {
  missing: ["connect", `start TorchServe with metrics_mode=log; ${WHERE}`],
  denied: ["auth", "let the user that runs the host agent read the file and enter its directories"],
  irregular: ["config"],
  not_directory: [
    "config",
    `${WHERE}; single files are given as metrics_log: {ts_metrics: FILE, model_metrics: FILE}`,
  ],
  loop: ["config", WHERE],
  timeout: ["timeout", "look whether its file system answers, and give the run more time"],
  damaged: ["parse"],
  too_large: ["limit"],
  failed: ["connect"],
};

/** Why logs cannot be read, as one error; `model_metrics.log` may be missing where `ts_metrics.log` is there. */
export function unreadableLogs(followed: ReadonlyMap<MetricLogName, Followed>): ReportError | undefined {
  const server = followed.get("ts_metrics");
  const errors = [...followed].flatMap(([name, { error }]): LogFileError[] => {
    const mayBeMissing = name === "model_metrics" && server !== undefined && server.error === undefined;
    return error === undefined || (error.reason === "missing" && mayBeMissing) ? [] : [error];
  });
  const [first] = errors;
  if (first === undefined) return undefined;
  const [code, hint] = CODES[first.reason];
  const message = errors.map((error) => oneLine(error.message)).join("; ");
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

/**
 * What to say of logs that nothing was written to.
 *
 * @param seconds for how long
 * @param maxSilence the option, in seconds
 */
export function silence(
  paths: Iterable<string>,
  seconds: number,
  maxSilence: number,
): { message: string; hint: string } {
  return {
    message: `nothing was written to ${[...paths].map(oneLine).join(" and ")} for ${Math.round(seconds)} s`,
    hint: `more than max_silence of metrics_log, ${maxSilence} s. TorchServe writes its host's numbers each ` +
      "metric_time_interval, 60 s unless it is set, and only requests where disable_system_metrics is set: then set " +
      "max_silence to more than its pauses. Else it is down, writes to another directory, has metrics_mode=prometheus " +
      "(then use openmetrics_endpoint), or still writes to a file that logrotate has renamed (then use copytruncate)",
  };
}

/** What to say of metrics whose unit alone tells what they are; the unit does not always tell the truth. */
export function untyped(metrics: readonly UntypedMetric[]): string {
  const shown = metrics.slice(0, SHOWN).map(({ name, unit, kind }) =>
    `${oneLine(clip(name, SHOWN_CHARACTERS))} (unit ${oneLine(clip(unit, SHOWN_CHARACTERS)) || "none"}: ${kind})`
  );
  const more = metrics.length > SHOWN ? " and others" : "";
  return `only the unit tells what these metrics are: ${shown.join(", ")}${more}; give each a type in extra_metrics, ` +
    "or name TorchServe's metrics.yaml: metrics_log: {metrics_config: FILE}";
}
