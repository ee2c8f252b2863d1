import { setTimeout as sleep } from "node:timers/promises";
import type { InstanceReport } from "../../formats/mod.ts";
import type { History } from "./history.ts";

/** Runs all instances once. @throws {DOMException} `AbortError`, when it was cancelled */
export type RunAll = (signal: AbortSignal) => Promise<readonly InstanceReport[]>;

/**
 * Runs the instances at whole multiples of the interval, and takes in what they say. A round that takes longer than the
 * interval is followed by the next whole one: points stand at even distances, so that a rate is one of what really passed.
 */
export class Collector {
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();
  #running: Promise<void> | undefined;

  constructor(readonly history: History, private readonly runAll: RunAll) {}

  /** Called after each round. @returns what ends it */
  onRound(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#running ??= this.#run().catch((thrown: unknown) => {
      if (!this.#stop.signal.aborted) throw thrown;
    });
  }

  /** Resolves when collecting ends, which it does when it is closed. */
  async ended(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { history, runAll } = this;
    const { interval } = history.options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const time = Math.max(Math.floor(Date.now() / 1_000 / interval) * interval, history.now + interval);
      // A clock that was set back must not stop the runs.
      await sleep(Math.min(Math.max(0, time * 1_000 - Date.now()), interval * 1_000), undefined, { signal });
      const [reports] = await Promise.all([runAll(signal), history.options.logs.read(time)]);
      history.add(reports, time);
      for (const listener of this.#listeners) listener();
    }
  }
}
