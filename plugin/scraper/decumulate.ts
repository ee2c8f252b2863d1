import { floatText, parseFloatLabel } from "./float.ts";
import type { FamilySamples } from "./samples.ts";

/** One bucket as a range of its own. */
export interface Bucket {
  readonly lowerBound: number;
  readonly upperBound: number;
  /** Observations in the range alone; negative where the target's buckets are not cumulative. */
  readonly value: number;
}

/**
 * Takes cumulative buckets apart (datadog-checks-base 38.7.0, `openmetrics/v2/utils.py`). The first bucket of a label
 * set starts at zero, or at minus infinity when its upper bound is negative.
 *
 * @returns a bucket for each sample that is one, `undefined` for the others, in the samples' order
 */
export function decumulate(samples: FamilySamples): (Bucket | undefined)[] {
  const contexts = new Map<string, Map<number, number>>();
  const places: ([context: string, upperBound: number] | undefined)[] = [];
  for (let k = 0; k < samples.length; k++) {
    const upperBound = samples.name(k).endsWith("_bucket")
      ? parseFloatLabel(samples.set(k).labels.get("upper_bound") ?? "")
      : undefined;
    if (upperBound === undefined) {
      places.push(undefined);
      continue;
    }
    const context = contextOf(samples.set(k).labels);
    let values = contexts.get(context);
    if (values === undefined) contexts.set(context, values = new Map());
    values.set(upperBound, samples.value(k));
    places.push([context, upperBound]);
  }
  const buckets = new Map<string, Map<number, Bucket>>();
  for (const [context, values] of contexts) buckets.set(context, apart(values));
  return places.map((place) => place && buckets.get(place[0])?.get(place[1]));
}

function apart(values: ReadonlyMap<number, number>): Map<number, Bucket> {
  const buckets = new Map<number, Bucket>();
  let lowerBound: number | undefined;
  let below = 0;
  for (const [upperBound, value] of [...values].sort(([a], [b]) => a - b)) {
    const from = lowerBound ?? (upperBound >= 0 ? 0 : -Infinity);
    buckets.set(upperBound, { lowerBound: from, upperBound, value: value - below });
    lowerBound = upperBound;
    below = value;
  }
  return buckets;
}

/** What a label set is without its bound. */
function contextOf(labels: ReadonlyMap<string, string>): string {
  const parts: string[] = [];
  for (const [name, value] of labels) if (name !== "upper_bound") parts.push(`${name}\n${value}`);
  return parts.sort().join("\n\n");
}

/** The tag that makes a bucket a range: `lower_bound:0` or `lower_bound:0.5`. */
export function lowerBoundTag({ lowerBound }: Bucket): string {
  return `lower_bound:${lowerBound === 0 ? "0" : floatText(lowerBound)}`;
}
