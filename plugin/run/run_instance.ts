import type { InstanceKind } from "../config/mod.ts";
import type { Report, State } from "../report/mod.ts";
import { monotonicMs } from "../runtime/bounds.ts";
import { configReport } from "./config_report.ts";
import { runTime } from "./deadline.ts";
import type { Instance } from "./instance.ts";
import { runCheck, type RunRequest } from "./run.ts";
import type { StateDirectory } from "./state_directory.ts";

/** One run of an instance that is kept between runs. */
export interface InstanceRun extends
  Pick<
    RunRequest,
    | "hostname"
    | "timeoutMs"
    | "signal"
    | "hostStartSeconds"
    | "log"
    | "mayFollow"
    | "shared"
    | "columns"
    | "insight"
    | "trace"
  > {
  readonly instance: unknown;
  readonly initConfig: unknown;
  /** `instance` and `initConfig` as JSON. */
  readonly text: string;
  /** The state that the host keeps itself; stronger than what is kept here. */
  readonly hostState?: State | undefined;
  /** Where states are kept; `undefined`: in memory. */
  readonly states?: StateDirectory | undefined;
}

/** Least that keeping a state may take, in milliseconds, however short the run: a disk wants its time. */
const MIN_WRITE_MS = 250;

/**
 * Runs an instance: its configuration is validated once, its state is read before and kept after the run.
 *
 * @throws {DOMException} `AbortError`, when `signal` was aborted
 */
export async function runInstance(instance: Instance<unknown>, run: InstanceRun): Promise<Report> {
  const startMs = monotonicMs();
  const { hostState, states, signal, timeoutMs } = run;
  const preparation = await instance.prepare(run.text, run.instance, run.initConfig);
  if (!preparation.ok) return await configReport(preparation);
  const { prepared } = preparation;
  const problems: string[] = [];
  const onProblem = (message: string) => problems.push(message);
  const time = runTime(prepared.config, timeoutMs);
  instance.isKeptByHost = hostState !== undefined;
  let state = hostState ?? instance.state;
  if (hostState === undefined && !instance.hasRun && states !== undefined) {
    state = await states.read(instance, { deadlineMs: startMs + time.checkMs, signal }, onProblem);
  }
  const { config, issues } = prepared;
  const report = await runCheck({
    ...run,
    config,
    issues,
    prepared,
    state: readable(config.kind, state, onProblem),
    startMs,
  });
  instance.state = report.state;
  instance.hasRun = true;
  if (states !== undefined && report.state !== undefined) {
    const deadlineMs = Math.max(startMs + time.reportMs, monotonicMs() + MIN_WRITE_MS);
    await states.write(instance, report.state, { deadlineMs, signal }, onProblem);
  }
  for (const message of problems) report.warnings.push({ code: "internal", message });
  return report;
}

/** The version of the states of checks, but for `metrics_log`, which reads two and tells what it drops itself. */
const STATE_VERSION = 1;

/** A state that this version can read; another one is dropped and told. An empty one is none. */
function readable(
  kind: InstanceKind,
  state: State | undefined,
  onProblem: (message: string) => void,
): State | undefined {
  if (state === undefined || Object.keys(state).length === 0) return undefined;
  if (kind === "metrics_log" || state["version"] === STATE_VERSION) return state;
  onProblem("the state of the last run is of another version of torchserve-check: starting afresh");
  return undefined;
}
