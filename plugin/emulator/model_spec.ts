/** One version of a model. */
export interface ModelSpec {
  readonly name: string;
  /** Default `"1.0"`. */
  readonly version?: string;
  /** The archive: what responses call `modelUrl`. Default `NAME.mar`. */
  readonly marFile?: string;
  /** Workers to start; `minWorkers` and `maxWorkers`, too, unless given. Default 1. */
  readonly workers?: number;
  readonly minWorkers?: number;
  readonly maxWorkers?: number;
  /** Default 1. */
  readonly batchSize?: number;
  /** Milliseconds. Default 100. */
  readonly maxBatchDelay?: number;
  /** Seconds. Default 120. */
  readonly responseTimeout?: number;
  /** Make it the default version; else the first one of a name is. */
  readonly default?: boolean;
  /** The workers' `gpuUsage`, when they run on a GPU. */
  readonly gpuUsage?: string;
  /** The job queue's size less what waits in it. Default 100; 0: predictions are refused with 503. */
  readonly remainingCapacity?: number;
  /** Default 0. */
  readonly pendingRequests?: number;
  /** Milliseconds that a worker takes to load. Default 0. */
  readonly loadMs?: number;
  /** Milliseconds that a prediction takes. Default 0. */
  readonly predictMs?: number;
  /** Its workers fail on load, for ever. */
  readonly broken?: boolean;
}

/** A `.mar` file in the model store, which `POST /models?url=…` registers. */
export interface ArchiveSpec {
  readonly modelName: string;
  /** Default `"1.0"`. */
  readonly version?: string;
  readonly loadMs?: number;
  readonly predictMs?: number;
  readonly broken?: boolean;
}
