/** One histogram of one set of labels, as it is exposed. */
export interface ClassicHistogram {
  /** Each bucket with all below it, up to the one without upper bound, whose value is the count of all. */
  readonly buckets: readonly (readonly [upperBound: number, observations: number])[];
  readonly sum: number | undefined;
}

/** Puts the parts of a histogram together to the cumulative buckets that Prometheus knows. */
export class HistogramBuilder {
  sum: number | undefined;
  count: number | undefined;
  /** Ranges by their bounds, and what is cumulative already by its upper one. */
  readonly #ranges = new Map<string, { readonly upper: number; observations: number }>();
  readonly #cumulative = new Map<number, number>();

  /**
   * Takes a bucket; of one that stands twice the last value counts.
   *
   * @param lower `undefined`: it has all below it
   * @returns whether it stood there before
   */
  add(lower: number | undefined, upper: number, observations: number): boolean {
    if (lower === undefined) {
      const isKnown = this.#cumulative.has(upper);
      this.#cumulative.set(upper, observations);
      return isKnown;
    }
    const key = `${lower} ${upper}`;
    const isKnown = this.#ranges.has(key);
    this.#ranges.set(key, { upper, observations });
    return isKnown;
  }

  /** @returns `undefined` where nothing was counted */
  build(): ClassicHistogram | undefined {
    const perBound = this.#cumulative.size > 0 ? this.#cumulative : this.#addedUp();
    if (perBound.size === 0 && this.count === undefined) return undefined;
    let below = 0;
    const sorted = [...perBound].sort(([a], [b]) => a < b ? -1 : 1);
    // No bucket has less than the one below it, whatever was left out of it.
    const buckets: [number, number][] = sorted.map(([bound, total]) => [
      bound,
      below = Math.max(below, Math.trunc(total)),
    ]);
    const all = Math.max(below, Math.trunc(this.count ?? 0));
    if (buckets.at(-1)?.[0] === Infinity) buckets.pop();
    buckets.push([Infinity, all]);
    // A sum of negative observations is no counter, and OpenMetrics allows none.
    const hasNegative = buckets.some(([bound]) => bound < 0);
    return { buckets, sum: hasNegative || (this.sum ?? 0) < 0 ? undefined : this.sum };
  }

  /** The ranges, each with all below it. */
  #addedUp(): Map<number, number> {
    const perBound = new Map<number, number>();
    for (const { upper, observations } of this.#ranges.values()) {
      perBound.set(upper, (perBound.get(upper) ?? 0) + observations);
    }
    let below = 0;
    const sorted = [...perBound].sort(([a], [b]) => a < b ? -1 : 1);
    return new Map(sorted.map(([bound, observations]) => [bound, below += observations]));
  }
}
