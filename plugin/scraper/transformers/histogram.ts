import { type Bucket, decumulate, lowerBoundTag } from "../decumulate.ts";
import type { FamilySamples } from "../samples.ts";
import { type HistogramOptions, type ScrapeContext, submitCount, type Transformer } from "./transformer.ts";

/**
 * `histogram`: `<name>.sum`, `<name>.count` and `<name>.bucket` as monotonic counts, or buckets as distributions
 * (datadog-checks-base 38.7.0, `transformers/histogram.py`), in the order of the samples, on which
 * `max_returned_metrics` depends.
 */
export function histogram(name: string, options: HistogramOptions): Transformer {
  const names = { sum: `${name}.sum`, count: `${name}.count`, bucket: `${name}.bucket` };
  const hasTotals = !options.distributions || options.counters;
  const isApart = options.buckets && (options.distributions || options.nonCumulative);
  return (samples, context) => {
    const buckets = isApart ? decumulate(samples) : undefined;
    for (let k = 0; k < samples.length; k++) {
      const sample = samples.name(k);
      if (sample.endsWith("_sum")) {
        if (hasTotals) submitCount(names.sum, samples, k, context);
      } else if (sample.endsWith("_count")) {
        if (hasTotals) submitCount(names.count, samples, k, context);
      } else if (options.buckets && sample.endsWith("_bucket")) {
        if (buckets === undefined) submitBucket(names.bucket, samples, k, context);
        else if (options.distributions) submitDistribution(name, samples, k, buckets[k], context);
        else submitRange(names.bucket, samples, k, buckets[k], context);
      }
    }
  };
}

/** The bucket without upper bound is the count; it is not submitted twice. */
function submitBucket(name: string, samples: FamilySamples, k: number, context: ScrapeContext): void {
  if (samples.set(k).labels.get("upper_bound")?.endsWith("inf") === false) submitCount(name, samples, k, context);
}

function submitRange(
  name: string,
  samples: FamilySamples,
  k: number,
  bucket: Bucket | undefined,
  { report, flushFirstValue }: ScrapeContext,
): void {
  if (bucket === undefined || !Number.isFinite(bucket.upperBound)) return;
  const { tags, hostname } = samples.set(k);
  const ranged = [...tags, lowerBoundTag(bucket)];
  if (samples.increment(k) !== undefined) report.submit("count", name, bucket.value, ranged, hostname);
  else report.submit("monotonic_count", name, bucket.value, ranged, hostname, flushFirstValue);
}

function submitDistribution(
  name: string,
  samples: FamilySamples,
  k: number,
  bucket: Bucket | undefined,
  { report, flushFirstValue, problem }: ScrapeContext,
): void {
  if (bucket === undefined) return;
  if (bucket.lowerBound === bucket.upperBound && !Number.isFinite(bucket.lowerBound)) {
    problem(samples.name(k), "its bucket has no width");
    return;
  }
  const { tags, hostname } = samples.set(k);
  const monotonic = samples.increment(k) === undefined;
  report.bucket(name, { ...bucket, monotonic, flushFirstValue }, [...tags, lowerBoundTag(bucket)], hostname);
}
