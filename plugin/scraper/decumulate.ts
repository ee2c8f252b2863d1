import { floatText } from "./float.ts";
import type { Bound } from "./label_set.ts";
import type { FamilySamples } from "./samples.ts";

/** One bucket as a range of its own. */
export interface Range {
  readonly lowerBound: number;
  readonly upperBound: number;
  /** Observations in the range alone; negative where the target's buckets decrease. */
  readonly value: number;
}

/** A bucket, with the number of its sample in the family. */
interface Bucket {
  readonly k: number;
  readonly bound: Bound;
}

/**
 * Takes cumulative buckets apart, each label set by itself, whatever of its labels the tags tell (datadog-checks-base
 * 38.7.0, `openmetrics/v2/utils.py`). The first bucket of a label set starts at zero, or at minus infinity when its upper
 * bound is negative. Of buckets that the target repeats the last one counts.
 *
 * Label sets that lack a bucket have no ranges: its observations would move into the next one.
 *
 * @returns a range for each sample that is a bucket of a whole label set, `undefined` for the others, in the samples' order
 */
export function decumulate(samples: FamilySamples): (Range | undefined)[] {
  const { start } = samples;
  const { values } = samples.columns;
  const ranges = new Array<Range | undefined>(samples.end - start).fill(undefined);
  const buckets = sorted(bucketsOf(samples));
  let below = 0;
  let lowerBound: number | undefined;
  let series: number | undefined;
  for (let i = 0; i < buckets.length;) {
    const { bound } = buckets[i] as Bucket;
    if (bound.series !== series) {
      series = bound.series;
      below = 0;
      lowerBound = undefined;
    }
    let end = i + 1;
    while (isSame(buckets[end]?.bound, bound)) end++;
    const total = values[start + (buckets[end - 1] as Bucket).k]!;
    const upperBound = bound.value;
    const range = { lowerBound: lowerBound ?? (upperBound >= 0 ? 0 : -Infinity), upperBound, value: total - below };
    ranges[(buckets[end - 1] as Bucket).k] = range;
    i = end;
    lowerBound = upperBound;
    below = total;
  }
  return ranges;
}

function bucketsOf(samples: FamilySamples): Bucket[] {
  const buckets: Bucket[] = [];
  const { start, end, columns: { names, sets } } = samples;
  for (let i = start; i < end; i++) {
    const { bound } = sets[i]!;
    if (bound !== undefined && names[i]!.endsWith("_bucket") && !samples.isDamaged(bound.series)) {
      buckets.push({ k: i - start, bound });
    }
  }
  return buckets;
}

/** By label set, then by bound, then as they stand; mostly they are. */
function sorted(buckets: Bucket[]): Bucket[] {
  for (let i = 1; i < buckets.length; i++) {
    if (order(buckets[i - 1] as Bucket, buckets[i] as Bucket) > 0) return buckets.sort(order);
  }
  return buckets;
}

function order(a: Bucket, b: Bucket): number {
  if (a.bound.series !== b.bound.series) return a.bound.series - b.bound.series;
  // Infinities have no difference.
  if (a.bound.value !== b.bound.value) return a.bound.value < b.bound.value ? -1 : 1;
  return a.k - b.k;
}

function isSame(a: Bound | undefined, b: Bound): boolean {
  return a !== undefined && a.series === b.series && a.value === b.value;
}

/** The tag that makes a bucket a range: `lower_bound:0` or `lower_bound:0.5`. */
export function lowerBoundTag({ lowerBound }: Range): string {
  return `lower_bound:${lowerBound === 0 ? "0" : floatText(lowerBound)}`;
}
