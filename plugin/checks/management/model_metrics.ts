import type { ReportBuilder } from "../../report/mod.ts";
import type { Worker } from "./schemas.ts";
import type { ModelDescription } from "./model_description.ts";
import { modelTags, versionTags, workerTags } from "./model_tags.ts";

/** `workers[].status` as a number; anything else is 0 (reference/metrics.csv). */
const WORKER_STATUS: ReadonlyMap<string, number> = new Map([["READY", 1], ["LOADING", 2], ["UNLOADING", 3]]);

const asNumber = (flag: boolean | null | undefined) => flag ? 1 : 0;

/** Submits the metrics of one model, its versions and their workers. */
export function submitModel(
  report: ReportBuilder,
  description: ModelDescription,
  instanceTags: readonly string[],
): void {
  const { model, versions, isWhole, isDefault } = description;
  const tagsOfModel = modelTags(instanceTags, model.modelName);
  if (isWhole) report.gauge("model.versions", versions.length, tagsOfModel);
  for (const version of versions) {
    const tags = versionTags(tagsOfModel, model, version);
    const workers = version.workers ?? [];
    report.gauge("model.workers.current", workers.length, tags);
    report.gauge("model.workers.min", version.minWorkers, tags);
    report.gauge("model.workers.max", version.maxWorkers, tags);
    report.gauge("model.batch_size", version.batchSize, tags);
    report.gauge("model.max_batch_delay", version.maxBatchDelay, tags);
    report.gauge("model.is_loaded_at_startup", asNumber(version.loadedAtStartup), tags);
    report.gauge("model.version.is_default", asNumber(isDefault(version)), tags);
    for (const worker of workers) submitWorker(report, worker, tags);
  }
}

function submitWorker(report: ReportBuilder, worker: Worker, tagsOfVersion: readonly string[]): void {
  const tags = workerTags(tagsOfVersion, worker);
  report.gauge("model.worker.memory_usage", worker.memoryUsage, tags);
  report.gauge("model.worker.is_gpu", asNumber(worker.gpu), tags);
  report.gauge("model.worker.status", WORKER_STATUS.get(worker.status ?? "") ?? 0, tags);
}
