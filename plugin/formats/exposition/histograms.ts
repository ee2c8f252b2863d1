import type { HistogramBucket } from "../../report/mod.ts";

/** One histogram of one set of labels, as it is exposed. */
export interface ClassicHistogram {
  /** Each bucket with all below it, up to the one without upper bound, whose value is the count of all. */
  readonly buckets: readonly (readonly [upperBound: number, observations: number])[];
  readonly sum: number | undefined;
}

/** Puts the ranges of one set of labels together to the cumulative buckets that Prometheus knows. */
export class HistogramBuilder {
  sum: number | undefined;
  /** By bounds: of a range that stands twice the last value counts. */
  readonly #ranges = new Map<string, { readonly upper: number; observations: number }>();

  /** @returns whether the range stood there before */
  add(lower: number, upper: number, observations: number): boolean {
    const key = `${lower} ${upper}`;
    const isKnown = this.#ranges.has(key);
    this.#ranges.set(key, { upper, observations });
    return isKnown;
  }

  build(): ClassicHistogram {
    const perBound = new Map<number, number>([[Infinity, 0]]);
    for (const { upper, observations } of this.#ranges.values()) {
      perBound.set(upper, (perBound.get(upper) ?? 0) + observations);
    }
    let below = 0;
    const buckets = [...perBound].sort(([a], [b]) => a < b ? -1 : 1).map(([bound, observations]) =>
      [bound, below += observations] as const
    );
    // A sum of negative observations is no counter, and OpenMetrics allows none.
    const hasNegative = buckets.some(([bound]) => bound < 0);
    return { buckets, sum: hasNegative || (this.sum ?? 0) < 0 ? undefined : this.sum };
  }
}

/** A bound of a range: a number, or the word for an infinity; `undefined` for what is neither. */
export function boundOf(bound: HistogramBucket["lower_bound"]): number | undefined {
  if (bound === "inf") return Infinity;
  if (bound === "-inf") return -Infinity;
  return typeof bound === "number" && !Number.isNaN(bound) ? bound : undefined;
}
