import * as v from "valibot";

/**
 * What the management API gives (https://pytorch.org/serve/management_api.html). Only names are required: everything
 * else may be missing, as it is in older versions.
 */
const name = v.pipe(v.string(), v.nonEmpty());
const quantity = v.optional(v.nullable(v.number()));
const flag = v.optional(v.nullable(v.boolean()));
/** For what only `extended_metrics` reads: a wrong type must not make the report of others partial. */
const extra = <const Schema extends v.GenericSchema>(schema: Schema) => v.fallback(v.optional(schema), undefined);

const listedModelSchema = v.object({ modelName: name, modelUrl: v.optional(v.nullable(v.string())) });

/** `GET models`: one page. */
export const modelPageSchema = v.object({
  models: v.array(listedModelSchema),
  nextPageToken: v.optional(v.nullable(v.union([v.string(), v.number()]))),
});

const workerSchema = v.object({
  id: v.optional(v.nullable(v.union([v.string(), v.number()]))),
  pid: v.optional(v.nullable(v.number())),
  status: v.optional(v.nullable(v.string())),
  memoryUsage: quantity,
  gpu: flag,
  startTime: extra(v.string()),
  gpuUsage: extra(v.string()),
});

const modelVersionSchema = v.object({
  modelName: name,
  modelVersion: v.string(),
  modelUrl: v.optional(v.nullable(v.string())),
  minWorkers: quantity,
  maxWorkers: quantity,
  batchSize: quantity,
  maxBatchDelay: quantity,
  loadedAtStartup: flag,
  workers: v.optional(v.nullable(v.array(workerSchema))),
  startupTimeout: extra(v.number()),
  jobQueueStatus: extra(v.object({ remainingCapacity: extra(v.number()), pendingRequests: extra(v.number()) })),
});

/** `GET models/{name}/all`: every version of a model; `GET models/{name}`: a list of the default one. */
export const modelVersionsSchema = v.array(modelVersionSchema);

export type ModelPage = v.InferOutput<typeof modelPageSchema>;
export type ListedModel = v.InferOutput<typeof listedModelSchema>;
export type ModelVersion = v.InferOutput<typeof modelVersionSchema>;
export type Worker = v.InferOutput<typeof workerSchema>;
