import { shown } from "./limits.ts";
import type { ListedModel, ModelVersion, Worker } from "./schemas.ts";

/** The tags of a model. */
export function modelTags(instanceTags: readonly string[], modelName: string): string[] {
  return [...instanceTags, `model_name:${shown(modelName)}`];
}

/**
 * The tags of a version of a model, which has the name that it gives itself.
 *
 * @param tagsOfModel as {@linkcode modelTags} gives them
 */
export function versionTags(
  tagsOfModel: readonly string[],
  { modelName }: ListedModel,
  version: ModelVersion,
): string[] {
  const ofVersion = `model_version:${shown(version.modelVersion)}`;
  if (version.modelName === modelName) return [...tagsOfModel, ofVersion];
  return [...tagsOfModel.slice(0, -1), `model_name:${shown(version.modelName)}`, ofVersion];
}

/** The tags of a worker of a version; `None` is what the Agent's check writes for one without id or process. */
export function workerTags(tags: readonly string[], { id, pid }: Worker): string[] {
  return [...tags, `worker_id:${shown(String(id ?? "None"))}`, `worker_pid:${pid ?? "None"}`];
}
