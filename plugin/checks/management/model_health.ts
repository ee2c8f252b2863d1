import type { ServiceStatus } from "../../report/mod.ts";
import { clip, oneLine } from "../../text/mod.ts";
import type { ModelVersion, Worker } from "./schemas.ts";

/** What one run remembers of a worker, to see in the next whether it was started anew. */
export interface SeenWorker {
  readonly pid: number;
  /** New processes in a row, seen from run to run, since it was last ready and stayed so. */
  readonly restarts: number;
}

/** How a version of a model does. */
export interface ModelHealth {
  readonly status: ServiceStatus;
  /** Why it is not OK; `""` when it is. */
  readonly message: string;
  /** By worker id. */
  readonly seen: ReadonlyMap<string, SeenWorker>;
}

/** A worker that is not ready for longer has not merely to load: TorchServe's own default of `startupTimeout`. */
const STARTUP_SECONDS = 120;
/** Most of a foreign text in a message, in characters. */
const MAX_WORD = 100;
/** Most workers that a message names. */
const MAX_NAMED = 3;

/**
 * Judges a version by its workers. TorchServe has two states for them, `READY` and `UNLOADING`, and `/ping` stays
 * healthy for minutes while one fails to load and is started again and again: its id and start time stay, its process
 * id changes.
 *
 * CRITICAL: no worker is ready though some are wanted, or one is crash-looping or stuck; WARNING: fewer are ready than
 * wanted, a ready one was started anew since the last run, or the queue has no room left, so that predictions are refused.
 *
 * @param seen what the last run remembered of this version's workers
 */
export function judgeModel(
  version: ModelVersion,
  seen: ReadonlyMap<string, SeenWorker>,
  nowMs: number,
): ModelHealth {
  const workers = version.workers ?? [];
  const wanted = version.minWorkers ?? 0;
  const ready = workers.filter(isReady).length;
  const now = new Map<string, SeenWorker>();
  const grave: string[] = [];
  const slight: string[] = [];
  let recovered = false;
  const limit = version.startupTimeout ?? STARTUP_SECONDS;
  for (const worker of workers) {
    const id = clip(String(worker.id ?? ""), MAX_WORD);
    const before = seen.get(id);
    const pid = worker.pid !== undefined && worker.pid !== null && worker.pid > 0 ? worker.pid : before?.pid ?? -1;
    const isNew = before !== undefined && before.pid > 0 && pid !== before.pid;
    const kept = isReady(worker) && !isNew ? 0 : before?.restarts ?? 0;
    const restarts = kept + (isNew ? 1 : 0);
    now.set(id, { pid, restarts });
    const state = `worker ${worded(id)} (process ${pid > 0 ? pid : "none"})`;
    if (isReady(worker)) {
      if (!isNew) continue;
      recovered = true;
      slight.push(`${state} was started anew since the last run: process ${before.pid} is gone`);
      continue;
    }
    const age = uptimeSeconds(worker, nowMs);
    const since = age === undefined ? "" : ` for ${Math.round(age)} s`;
    const what = `${worded(worker.status ?? "in no known state")}${since}`;
    if (restarts > 0) grave.push(`${state} is crash-looping: ${what}, started anew ${times(restarts)} between runs`);
    else if (age !== undefined && age > limit) grave.push(`${state} is stuck: ${what}`);
    else slight.push(`${state} is ${what}: loading, or failing to load`);
  }
  const none = ready === 0 && wanted > 0;
  const isFull = version.jobQueueStatus?.remainingCapacity === 0;
  if (isFull) slight.unshift("its queue is full: predictions are refused (503)");
  const status = none || grave.length > 0 ? 2 : ready < wanted || recovered || isFull ? 1 : 0;
  if (status === 0) return { status, message: "", seen: now };
  const counted = `${ready} of ${Math.max(wanted, workers.length)} workers READY, ${wanted} wanted`;
  const details = [...grave, ...slight];
  const more = details.length > MAX_NAMED ? `; and ${details.length - MAX_NAMED} more` : "";
  const logs = grave.length > 0 || none ? ". TorchServe's model_log.log has the reason" : "";
  return { status, message: `${[counted, ...details.slice(0, MAX_NAMED)].join("; ")}${more}${logs}`, seen: now };
}

export function isReady({ status }: Worker): boolean {
  return status === "READY";
}

/** Seconds since TorchServe set the worker up; starting its process anew does not change that. */
export function uptimeSeconds({ startTime }: Worker, nowMs: number): number | undefined {
  const startMs = Date.parse(startTime ?? "");
  return Number.isNaN(startMs) ? undefined : Math.max(0, (nowMs - startMs) / 1_000);
}

/** A foreign text within a message. */
const worded = (text: string) => oneLine(clip(text, MAX_WORD));

const times = (count: number) => count === 1 ? "once" : `${count} times`;
