import type { Exchange } from "../wire/exchange.ts";

/**
 * `max_concurrency`: lets so many requests go at a time, the others in the order they came. It is the one bound that holds
 * for every caller of a client.
 */
export class Slots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a slot if one is free. */
  tryTake(): boolean {
    if (this.#free === 0) return false;
    this.#free--;
    return true;
  }

  /**
   * Waits for a slot; whoever got one must {@linkcode Slots.free} it.
   *
   * @throws {HttpError} `exchange.error`, when the exchange ends first: there is nothing to free then.
   */
  async take(exchange: Exchange): Promise<void> {
    if (this.tryTake()) return;
    await new Promise<void>((resolve, reject) => {
      const go = () => resolve();
      this.#waiting.add(go);
      exchange.onAbort((error) => {
        if (this.#waiting.delete(go)) reject(error);
      });
    });
  }

  free(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free++;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}
