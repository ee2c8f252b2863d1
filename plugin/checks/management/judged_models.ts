import type { ModelRow } from "../../report/mod.ts";
import { shown } from "./limits.ts";
import type { ModelDescription } from "./model_description.ts";
import { isReady, judgeModel, type ModelHealth } from "./model_health.ts";
import type { ModelVersion } from "./schemas.ts";
import type { WorkerMemory } from "./worker_memory.ts";

/** The service check of a version's health, behind the namespace. */
export const MODEL_HEALTH = "model.health";

/** A model, and how its versions do. */
export interface JudgedModel {
  readonly description: ModelDescription;
  readonly versions: readonly { readonly version: ModelVersion; readonly health: ModelHealth }[];
}

/**
 * Judges each version of a model.
 *
 * @param memory what the last run saw of the workers; takes in what this one sees
 */
export function judgeVersions(description: ModelDescription, memory: WorkerMemory, nowMs: number): JudgedModel {
  const { modelName } = description.model;
  const seen = new Map<string, ModelHealth["seen"]>();
  const versions = description.versions.map((version) => {
    // Part of the state, which is to stay small.
    const name = shown(version.modelVersion);
    const health = judgeModel(version, memory.of(modelName, name), nowMs);
    seen.set(name, health.seen);
    return { version, health };
  });
  memory.remember(modelName, seen);
  return { description, versions };
}

/** The versions of a model, as people are shown them. */
export function modelRows({ description: { isDefault }, versions }: JudgedModel): ModelRow[] {
  return versions.map(({ version, health: { status, message } }): ModelRow => {
    const workers = version.workers ?? [];
    const { pendingRequests, remainingCapacity } = version.jobQueueStatus ?? {};
    const memory = workers.flatMap(({ memoryUsage }) => memoryUsage ?? []);
    return {
      model: shown(version.modelName),
      version: shown(version.modelVersion),
      isDefault: isDefault(version),
      workersReady: workers.filter(isReady).length,
      workersWanted: version.minWorkers ?? workers.length,
      ...(pendingRequests === undefined ? {} : { queuePending: pendingRequests }),
      ...(remainingCapacity === undefined ? {} : { queueRoom: remainingCapacity }),
      ...(memory.length === 0 ? {} : { memoryBytes: memory.reduce((sum, bytes) => sum + bytes, 0) }),
      health: status,
      message,
    };
  });
}
