import type { Faults } from "./faults.ts";
import type { MetricsMode } from "./metrics.ts";
import type { ArchiveSpec, ModelSpec } from "./model_spec.ts";
import type { ModelRegistry } from "./models.ts";
import type { Random } from "./random.ts";
import type { Traffic } from "./traffic.ts";

export interface TokenAuthOptions {
  /** Where `key_file.json` is written, mode 0600; TorchServe's working directory. Must exist. */
  readonly directory: string;
  /** How long the two keys are good for. Default 60. */
  readonly expirationMinutes?: number;
}

export interface EmulatorOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly inferencePort?: number;
  readonly managementPort?: number;
  readonly metricsPort?: number;
  /** Models loaded at startup. Default {@linkcode demoModels}. */
  readonly models?: readonly ModelSpec[];
  /** Further files of the model store, by name; those of `models` are in it. */
  readonly archives?: Readonly<Record<string, ArchiveSpec>>;
  /** Workers for a registration that names no number (`default_workers_per_model`). Default 1. */
  readonly defaultWorkersPerModel?: number;
  /** Token authorization, which a real TorchServe has on. Default off. */
  readonly tokenAuth?: TokenAuthOptions;
  /**
   * Whether inference and management listen on one address, as with equal `inference_address` and
   * `management_address`: `inferenceUrl` and `managementUrl` are the same then. TorchServe takes `/models/NAME/VERSION`
   * for an inference request there and responds with 404. Default `false`.
   */
  readonly sharedAddress?: boolean;
  /** `enable_metrics_api`. With `false`, nothing listens where `metricsUrl` says. Default `true`. */
  readonly metricsApi?: boolean;
  /** Default `prometheus`. */
  readonly metricsMode?: MetricsMode;
  /** Where the metric logs are written; must exist. Without it, there are none. */
  readonly logDirectory?: string;
  /** What `OPTIONS /` gives as `info.version`. Default `0.12.0`. */
  readonly version?: string;
  /** The `Hostname` of the metrics. Default `torchserve-0`. */
  readonly hostname?: string;
  /** The first worker's id. Default 9000. */
  readonly initialWorkerPort?: number;
  /** How often system metrics and the workers' memory are collected, in seconds; 0: never again. Default 60. */
  readonly metricTimeInterval?: number;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Where process ids, sizes and latencies come from. Default 1. */
  readonly seed?: number;
  /** Instead of `seed`. */
  readonly random?: Random;
}

/** A running TorchServe, in this process. */
export interface Emulator {
  /** `http://HOST:PORT`. */
  readonly inferenceUrl: string;
  /** `http://HOST:PORT`. */
  readonly managementUrl: string;
  /** `http://HOST:PORT/metrics`. */
  readonly metricsUrl: string;
  /** The path of `key_file.json`, with token authorization on. */
  readonly keyFile?: string;
  /** The keys of that file. */
  readonly keys?: { readonly management: string; readonly inference: string; readonly api: string };
  /** Registering, unregistering, scaling and the rest, without HTTP. */
  readonly models: ModelRegistry;
  /** Slow, failing and odd responses. */
  readonly faults: Faults;
  /** What was asked, and how much at once. */
  readonly requests: Traffic;
  /** Counts predictions as if a client had asked for them. */
  predict(model: string, options?: { version?: string; times?: number }): void;
  /** Collects system metrics and the workers' memory now. */
  collect(): void;
  /** Starts new metric logs, the old ones renamed as log4j does (`ts_metrics.23-Nov.log`, without its gzip). */
  rotateLogs(): void;
  /** Ends the keys' time, as if it had passed. */
  expireKeys(): void;
  close(): Promise<void>;
}
