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
    submitGauges(report, tags, {
      "model.workers.current": workers.length,
      "model.workers.min": version.minWorkers,
      "model.workers.max": version.maxWorkers,
      "model.batch_size": version.batchSize,
      "model.max_batch_delay": version.maxBatchDelay,
      "model.is_loaded_at_startup": asNumber(version.loadedAtStartup),
      "model.version.is_default": asNumber(isDefault(version)),
    });
    for (const worker of workers) submitWorker(report, worker, tags);
  }
}

function submitWorker(report: ReportBuilder, worker: Worker, tagsOfVersion: readonly string[]): void {
  const tags = workerTags(tagsOfVersion, worker);
  submitGauges(report, tags, {
    "model.worker.memory_usage": worker.memoryUsage,
    "model.worker.is_gpu": asNumber(worker.gpu),
    "model.worker.status": WORKER_STATUS.get(worker.status ?? "") ?? 0,
  });
}

/**
 * One call for all of them: the compiler puts what a submission does into each call, which took a second and 15 MB with
 * ten calls (bench: instances, peak memory).
 */
function submitGauges(
  report: ReportBuilder,
  tags: readonly string[],
  gauges: Readonly<Record<string, unknown>>,
): void {
  for (const name in gauges) report.gauge(name, gauges[name], tags);
}
