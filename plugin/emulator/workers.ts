import { integerBetween, type Random } from "./random.ts";

/** A Python process that serves a model. TorchServe 0.12 knows two statuses, `READY` and `UNLOADING`. */
export interface Worker {
  /** The port of its socket, counted up from 9000 over the life of the server. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** How long it takes until the model is loaded. */
  readonly loadMs: number;
  /** It fails to load, and is started again and again. */
  readonly broken: boolean;
  /** Process ids, one for each attempt to load. */
  readonly firstPid: number;
  /** What `memoryUsage` will say after the next collection. */
  readonly residentBytes: number;
  /** Bytes, as last collected; 0 until the first collection after the load. */
  memoryUsage: number;
  /** `false` once it has failed for longer than `maxRetryTimeoutInSec`: `/ping` turns 500. */
  healthy: boolean;
  gpu: boolean;
  gpuUsage: string;
  /** Reported instead of what follows from the clock. */
  status: string | undefined;
  /** Reported instead of what follows from the clock. */
  pid: number | undefined;
}

/** Seconds that TorchServe waits before each new attempt to start a worker; the last one repeats. */
const backOffSeconds = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55];

/** What TorchServe shows of a worker at a moment. */
export function workerAt(worker: Worker, nowMs: number): { status: string; pid: number; settled: boolean } {
  const elapsed = nowMs - worker.startedAtMs;
  const attempt = worker.broken ? attemptAt(elapsed, worker.loadMs) : 0;
  // A process is known a moment after the thread that starts it.
  const started = elapsed >= worker.loadMs / 5;
  const loaded = !worker.broken && elapsed >= worker.loadMs;
  return {
    status: worker.status ?? (loaded ? "READY" : "UNLOADING"),
    pid: worker.pid ?? (started ? worker.firstPid + attempt : -1),
    settled: loaded,
  };
}

function attemptAt(elapsedMs: number, loadMs: number): number {
  let left = elapsedMs;
  for (let attempt = 0;; attempt++) {
    const seconds = backOffSeconds[Math.min(attempt, backOffSeconds.length - 1)] ?? 55;
    left -= loadMs + seconds * 1000;
    if (left < 0) return attempt;
  }
}

/** Makes workers with the ids, process ids and sizes that follow from a seed. */
export class WorkerFactory {
  #nextPort: number;
  #nextPid: number;

  constructor(readonly random: Random, firstPort: number) {
    this.#nextPort = firstPort;
    this.#nextPid = integerBetween(random, 2000, 6000);
  }

  make(options: { nowMs: number; loadMs: number; broken: boolean; gpu: string | undefined }): Worker {
    const firstPid = this.#nextPid;
    this.#nextPid += options.broken ? 1000 : integerBetween(this.random, 1, 40);
    return {
      id: String(this.#nextPort++),
      startedAtMs: options.nowMs,
      loadMs: options.loadMs,
      broken: options.broken,
      firstPid,
      residentBytes: integerBetween(this.random, 55_000, 62_000) * 4096,
      memoryUsage: 0,
      healthy: true,
      gpu: options.gpu !== undefined,
      gpuUsage: options.gpu ?? "N/A",
      status: undefined,
      pid: undefined,
    };
  }
}
