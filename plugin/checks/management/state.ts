import * as v from "valibot";
import type { State } from "../../report/mod.ts";
import type { ListedModel } from "./schemas.ts";
import { type WorkerEntry, workerMemorySchema } from "./worker_memory.ts";

const stateSchema = v.object({
  version: v.literal(1),
  url: v.string(),
  /** The last full list. */
  models: v.array(v.tuple([v.string(), v.nullable(v.string())])),
  /** Milliseconds since the epoch at which it was asked for. */
  listed_at: v.number(),
  workers: v.optional(v.fallback(workerMemorySchema, [])),
  /** Milliseconds since the epoch at which the server had no `models/{name}/all`. */
  defaults_only_at: v.fallback(v.optional(v.number()), undefined),
});

/** What a management instance remembers. */
export interface ManagementState {
  /** The last full list of models. */
  readonly models: readonly ListedModel[];
  /** Milliseconds since the epoch. */
  readonly listedAtMs: number;
  /** With `extended_metrics`: what was seen of workers. */
  readonly workers?: readonly WorkerEntry[] | undefined;
  /** When the server was found to describe default versions only, in milliseconds since the epoch. */
  readonly defaultsOnlyAtMs?: number | undefined;
}

/** What an earlier run left; `undefined` for the first run, another address or something else altogether. */
export function readManagementState(state: State | undefined, url: string): ManagementState | undefined {
  const read = v.safeParse(stateSchema, state);
  if (!read.success || read.output.url !== url) return undefined;
  return {
    models: read.output.models.map(([modelName, modelUrl]) => ({ modelName, modelUrl })),
    listedAtMs: read.output.listed_at,
    workers: read.output.workers,
    defaultsOnlyAtMs: read.output.defaults_only_at,
  };
}

export function writeManagementState(
  { models, listedAtMs, workers, defaultsOnlyAtMs }: ManagementState,
  url: string,
): State {
  return {
    version: 1,
    url,
    models: models.map(({ modelName, modelUrl }) => [modelName, modelUrl ?? null]),
    listed_at: listedAtMs,
    ...(workers === undefined ? {} : { workers: [...workers] }),
    ...(defaultsOnlyAtMs === undefined ? {} : { defaults_only_at: defaultsOnlyAtMs }),
  } satisfies v.InferInput<typeof stateSchema>;
}
