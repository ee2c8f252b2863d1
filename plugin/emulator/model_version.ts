import type { ModelSpec } from "./model_spec.ts";
import { type Worker, workerAt } from "./workers.ts";

/** A registered version, with its workers. */
export interface ModelVersion {
  readonly spec: ModelSpec;
  readonly name: string;
  readonly version: string;
  readonly marFile: string;
  minWorkers: number;
  maxWorkers: number;
  workers: Worker[];
  remainingCapacity: number;
  pendingRequests: number;
}

/** What `GET /models/NAME` tells of one version. */
export interface Description {
  readonly body: Readonly<Record<string, unknown>>;
  /** Whether it stays so: no worker is loading. */
  readonly settled: boolean;
}

/** @param loadedAtStartup whether the model was there when the server started */
export function describeVersion(model: ModelVersion, nowMs: number, loadedAtStartup: boolean): Description {
  const workers = model.workers.map((worker) => ({ worker, ...workerAt(worker, nowMs) }));
  const onGpu = workers.some(({ worker }) => worker.gpu);
  return {
    settled: workers.every(({ settled }) => settled),
    body: {
      modelName: model.name,
      modelVersion: model.version,
      modelUrl: model.marFile,
      runtime: "python",
      minWorkers: model.minWorkers,
      maxWorkers: model.maxWorkers,
      batchSize: model.spec.batchSize ?? 1,
      maxBatchDelay: model.spec.maxBatchDelay ?? 100,
      responseTimeout: model.spec.responseTimeout ?? 120,
      startupTimeout: 120,
      maxRetryTimeoutInSec: 300,
      clientTimeoutInMills: 0,
      parallelType: "",
      parallelLevel: 0,
      deviceType: onGpu ? "gpu" : "cpu",
      continuousBatching: false,
      useJobTicket: false,
      useVenv: false,
      stateful: false,
      sequenceMaxIdleMSec: 0,
      sequenceTimeoutMSec: 0,
      maxNumSequence: 0,
      maxSequenceJobQueueSize: 0,
      loadedAtStartup,
      workers: workers.map(({ worker, status, pid }) => ({
        id: worker.id,
        startTime: new Date(worker.startedAtMs).toISOString(),
        status,
        memoryUsage: worker.memoryUsage,
        pid,
        gpu: worker.gpu,
        gpuUsage: worker.gpuUsage,
      })),
      jobQueueStatus: {
        remainingCapacity: model.remainingCapacity,
        pendingRequests: model.pendingRequests,
      },
    },
  };
}
