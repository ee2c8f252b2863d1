/**
 * The upper bounds, in the metric's unit, of a histogram whose makers leave them to the Prometheus client for Java
 * (`io.prometheus.client.Histogram`, default buckets), as TorchServe does.
 */
export const UPPER_BOUNDS: readonly number[] =
  // deno-fmt-ignore
  [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, Infinity];

/** The observations of one label set. */
export class Observations {
  sum = 0;
  /** Observations in each bucket alone. */
  readonly #buckets = UPPER_BOUNDS.map(() => 0);

  add(value: number): void {
    this.sum += value;
    const bucket = UPPER_BOUNDS.findIndex((bound) => value <= bound);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
  }

  /** As an exposition has them: each bucket with all below it; the last is the count. */
  cumulative(): number[] {
    let below = 0;
    return this.#buckets.map((observations) => below += observations);
  }
}
