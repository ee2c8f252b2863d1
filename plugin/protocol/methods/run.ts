import { configReport, runCheck } from "../../run/run.ts";
import { validateInstance, type ValidationResult } from "../../config/mod.ts";
import type { Report } from "../../report/report.ts";
import { processStartSeconds } from "../../runtime/process_start.ts";
import { encodeReport } from "../encode.ts";
import { EncodedMetrics } from "../encoded_metrics.ts";
import { runParams } from "../params.ts";
import type { Method } from "./mod.ts";

/** Validated configurations of a connected host, by their text: an instance is checked once, not at every run. */
const validated = new Map<string, Promise<ValidationResult>>();
const MAX_VALIDATED = 1_000;

function validateOnce(key: string, instance: unknown, initConfig: unknown): Promise<ValidationResult> {
  let result = validated.get(key);
  if (result === undefined) {
    if (validated.size >= MAX_VALIDATED) validated.clear();
    validated.set(key, result = validateInstance(instance, initConfig));
  }
  return result;
}

/** How the reports of an instance were written, by its validated configuration. */
const encodedMetrics = new WeakMap<object, EncodedMetrics>();

/** `check/run`: one run of one instance. Faults of the configuration and of the target are reports, not errors. */
export const run: Method = async (_params, context, read) => {
  const params = read(runParams);
  const instanceKey = JSON.stringify([params.instance, params.init_config]);
  const result = await validateOnce(instanceKey, params.instance, params.init_config);
  if (!result.ok) return replyWith(configReport(result.issues));
  const isCheckId = params.check_id !== undefined && params.check_id !== null && params.check_id !== "";
  const key = isCheckId ? params.check_id ?? "" : instanceKey;
  const problems: string[] = [];
  const onProblem = (message: string) => problems.push(message);
  const state = params.state ?? await context.states.read(key, isCheckId, onProblem);
  const report = await runCheck({
    config: result.config,
    issues: result.issues,
    hostname: params.hostname ?? undefined,
    state,
    timeoutMs: params.timeout_ms ?? undefined,
    signal: context.signal,
    hostStartSeconds: context.host?.start_time ?? processStartSeconds(),
    http: context.http,
    log: (level, message) => context.log(level, message, params.check_id ?? undefined),
  });
  await context.states.write(key, isCheckId, report.state, onProblem);
  for (const message of problems) report.warnings.push({ code: "internal", message });
  let encoded = encodedMetrics.get(result.config);
  if (encoded === undefined) encodedMetrics.set(result.config, encoded = new EncodedMetrics());
  return replyWith(report, encoded);
};

const replyWith = (report: Report, encoded?: EncodedMetrics) => ({
  value: report,
  json: () => encodeReport(report, encoded),
});
