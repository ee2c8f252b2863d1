import { shown } from "./limits.ts";
import type { ModelVersion, Worker } from "./schemas.ts";

/** The tags of a model. */
export function modelTags(instanceTags: readonly string[], modelName: string): string[] {
  return [...instanceTags, `model_name:${shown(modelName)}`];
}

/** The tags of a version of a model. */
export function versionTags(instanceTags: readonly string[], { modelName, modelVersion }: ModelVersion): string[] {
  return [...instanceTags, `model_name:${shown(modelName)}`, `model_version:${shown(modelVersion)}`];
}

/** The tags of a worker of a version; `None` is what the Agent's check writes for one without id or process. */
export function workerTags(tags: readonly string[], { id, pid }: Worker): string[] {
  return [...tags, `worker_id:${shown(String(id ?? "None"))}`, `worker_pid:${pid ?? "None"}`];
}
