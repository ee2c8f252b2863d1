import type { ReportBuilder } from "../../report/mod.ts";
import { parseGpuUsage } from "./gpu_usage.ts";
import type { Worker } from "./schemas.ts";
import { type JudgedModel, MODEL_HEALTH } from "./judged_models.ts";
import { isReady, uptimeSeconds } from "./model_health.ts";
import { modelTags, versionTags, workerTags } from "./model_tags.ts";

/** Submits what `extended_metrics` adds for one model: queues, missing workers, uptimes, GPUs, and health, for each version. */
export function submitExtended(
  report: ReportBuilder,
  { description: { model }, versions }: JudgedModel,
  instanceTags: readonly string[],
  nowMs: number,
): void {
  const tagsOfModel = modelTags(instanceTags, model.modelName);
  for (const { version, health } of versions) {
    const { jobQueueStatus } = version;
    const tags = versionTags(tagsOfModel, model, version);
    const workers = version.workers ?? [];
    report.gauge("model.queue.remaining", jobQueueStatus?.remainingCapacity, tags);
    report.gauge("model.queue.pending", jobQueueStatus?.pendingRequests, tags);
    const missing = (version.minWorkers ?? 0) - workers.filter(isReady).length;
    report.gauge("model.workers.missing", Math.max(0, missing), tags);
    for (const worker of workers) submitWorker(report, worker, tags, nowMs);
    report.serviceCheck(MODEL_HEALTH, health.status, tags, health.message);
  }
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
