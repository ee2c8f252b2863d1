import { MAX_DELAY_MS, monotonicMs } from "../../runtime/bounds.ts";

/** Something that has to end at a time unless it moves that time. */
export interface Waiting {
  /** Milliseconds on the monotonic clock; `Infinity` when nothing is waited for. */
  readonly dueMs: number;
  /** Called when that time may have come; called again when it has not. */
  expire(nowMs: number): void;
}

/**
 * One timer for all that waits in a run: a crawl would else arm and clear one or two for each of a thousand requests
 * (bench: crawl of 1000 models).
 *
 * The times of those that wait move with every byte that comes, mostly away; so the timer is only ever set earlier, and
 * when it fires too early it is set again.
 */
export class Clock {
  readonly #waiting = new Set<Waiting>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firesMs = Infinity;

  /** Minds `waiting` from now on, or its time, which is earlier than before. */
  watch(waiting: Waiting): void {
    this.#waiting.add(waiting);
    if (waiting.dueMs < this.#firesMs) this.#arm(waiting.dueMs);
  }

  /** The timer stays for others; with the last one it goes, since it would keep the process alive. */
  forget(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    if (this.#waiting.size === 0) this.#disarm();
  }

  #arm(atMs: number): void {
    clearTimeout(this.#timer);
    this.#firesMs = atMs;
    this.#timer = setTimeout(() => this.#fire(), Math.min(Math.max(atMs - monotonicMs(), 1), MAX_DELAY_MS));
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#firesMs = Infinity;
  }

  #fire(): void {
    this.#disarm();
    const nowMs = monotonicMs();
    for (const waiting of [...this.#waiting]) waiting.expire(nowMs);
    let next = Infinity;
    for (const { dueMs } of this.#waiting) next = Math.min(next, dueMs);
    if (next < this.#firesMs) this.#arm(next);
  }
}
