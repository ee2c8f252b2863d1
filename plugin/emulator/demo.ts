import type { ArchiveSpec, ModelSpec } from "./model_spec.ts";

/** Two models, three versions, four workers. */
export const demoModels: readonly ModelSpec[] = [
  { name: "resnet-18", version: "1.0", marFile: "resnet-18.mar", workers: 2, batchSize: 4, maxBatchDelay: 50 },
  { name: "resnet-18", version: "2.0", marFile: "resnet-18_v2.mar", workers: 1, batchSize: 8, maxBatchDelay: 50 },
  { name: "sentiment", version: "1.0", marFile: "sentiment.mar", workers: 1 },
];

/** One more file in the demo's model store, to be registered by whoever plays with it. */
export const demoArchives: Readonly<Record<string, ArchiveSpec>> = {
  "sentiment_v2.mar": { modelName: "sentiment", version: "2.0" },
};
