import type { ReportBuilder } from "../../report/mod.ts";
import { parseGpuUsage } from "./gpu_usage.ts";
import type { Worker } from "./schemas.ts";
import type { ModelDescription } from "./model_description.ts";
import { isReady, judgeModel, type ModelHealth, uptimeSeconds } from "./model_health.ts";
import { shown } from "./limits.ts";
import { modelTags, versionTags, workerTags } from "./model_tags.ts";
import type { WorkerMemory } from "./worker_memory.ts";

/**
 * Submits what `extended_metrics` adds for one model: queues, missing workers, uptimes, GPUs and the service check
 * `model.health`, for each version.
 *
 * @param memory what the last run saw of the workers; takes in what this one sees
 */
export function submitExtended(
  report: ReportBuilder,
  { model, versions }: ModelDescription,
  instanceTags: readonly string[],
  memory: WorkerMemory,
  nowMs: number,
): void {
  const seenVersions = new Map<string, ModelHealth["seen"]>();
  const tagsOfModel = modelTags(instanceTags, model.modelName);
  for (const version of versions) {
    const { jobQueueStatus } = version;
    // Part of the state, which is to stay small.
    const modelVersion = shown(version.modelVersion);
    const tags = versionTags(tagsOfModel, model, version);
    const workers = version.workers ?? [];
    report.gauge("model.queue.remaining", jobQueueStatus?.remainingCapacity, tags);
    report.gauge("model.queue.pending", jobQueueStatus?.pendingRequests, tags);
    const missing = (version.minWorkers ?? 0) - workers.filter(isReady).length;
    report.gauge("model.workers.missing", Math.max(0, missing), tags);
    for (const worker of workers) submitWorker(report, worker, tags, nowMs);
    const { status, message, seen } = judgeModel(version, memory.of(model.modelName, modelVersion), nowMs);
    seenVersions.set(modelVersion, seen);
    report.serviceCheck("model.health", status, tags, message);
  }
  memory.remember(model.modelName, seenVersions);
}

function submitWorker(report: ReportBuilder, worker: Worker, tagsOfVersion: readonly string[], nowMs: number): void {
  const tags = workerTags(tagsOfVersion, worker);
  report.gauge("model.worker.uptime", uptimeSeconds(worker, nowMs), tags);
  const gpu = parseGpuUsage(worker.gpuUsage ?? "");
  if (gpu === undefined) return;
  const gpuTags = [...tags, `gpu_id:${gpu.id}`];
  report.gauge("model.worker.gpu.utilization", gpu.utilization, gpuTags);
  report.gauge("model.worker.gpu.memory.utilization", gpu.memoryUtilization, gpuTags);
  report.gauge("model.worker.gpu.memory.used", gpu.memoryUsed, gpuTags);
}
