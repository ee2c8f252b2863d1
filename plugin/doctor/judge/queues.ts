import type { Finding } from "../finding.ts";
import type { Judged } from "./judged.ts";

/** From how many milliseconds on callers notice that they wait for others. */
const NOTICED_MS = 1_000;
/** From which part on a queue is about to be full: between two looks it gains and loses some. */
const NEARLY_FULL = 0.8;

/** Predictions that are refused though nothing failed: no workers, or no room in the queue. Both are answered with 503. */
export function emptyOrFull({ name, request, version, isDefault, endpoint }: Judged): Finding[] {
  const { workers, minWorkers, jobQueueStatus } = version;
  const count = workers?.length ?? 0;
  const instances = [endpoint.path];
  if (count === 0) {
    const model = encodeURIComponent(version.modelName);
    const of = `${model}/${encodeURIComponent(version.modelVersion)}`;
    return [{
      id: "no_workers",
      level: isDefault ? "wrong" : "doubtful",
      message: `Model ${name} has no workers: predictions are refused with 503`,
      evidence: [`GET ${request}: minWorkers ${minWorkers ?? 0}, no worker.`],
      remedy: `scale it: curl -X PUT '${origin(endpoint.config.url)}/models/${of}?min_worker=1'`,
      instances,
    }];
  }
  const { remainingCapacity: room, pendingRequests: pending = 0 } = jobQueueStatus ?? {};
  if (room === undefined || pending === 0 || pending < NEARLY_FULL * (room + pending)) return [];
  const waiting = `${pending} requests wait for ${workersText(count)}`;
  return [{
    id: "queue_full",
    level: room === 0 ? "wrong" : "doubtful",
    message: room === 0
      ? `The queue of model ${name} is full: ${waiting}, and further predictions are refused with 503`
      : `The queue of model ${name} is nearly full: ${waiting}, and when it is, predictions are refused with 503`,
    evidence: [`GET ${request}: remainingCapacity ${room}, pendingRequests ${pending}, ${workersText(count)}.`],
    remedy: "add workers (PUT /models/NAME?min_worker=N), let a batch do more (batchSize), or send less; " +
      "job_queue_size in config.properties decides how many may wait",
    instances,
  }];
}

/** Batches that are waited for. */
export function batchDelay({ name, request, version, endpoint }: Judged): Finding[] {
  const { batchSize, maxBatchDelay } = version;
  if ((batchSize ?? 1) <= 1 || (maxBatchDelay ?? 0) < NOTICED_MS) return [];
  return [{
    id: "batch_delay",
    level: "doubtful",
    message: `Callers of model ${name} wait up to ${maxBatchDelay} ms until ${batchSize} requests make a batch`,
    evidence: [`GET ${request}: batchSize ${batchSize}, maxBatchDelay ${maxBatchDelay}.`],
    remedy: "lower max_batch_delay (milliseconds) or batch_size of the model",
    instances: [endpoint.path],
  }];
}

export function workersText(count: number): string {
  return count === 1 ? "1 worker" : `${count} workers`;
}

function origin(url: string): string {
  return url.replace(/\/+$/, "");
}
