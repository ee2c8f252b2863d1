import { decumulate, lowerBoundTag } from "../decumulate.ts";
import type { FamilySamples } from "../samples.ts";
import { type HistogramOptions, type ScrapeContext, submitCount, type Transformer } from "./transformer.ts";

/**
 * `histogram`: `<name>.sum`, `<name>.count` and `<name>.bucket` as monotonic counts, or buckets as distributions
 * (datadog-checks-base 38.7.0, `transformers/histogram.py`).
 */
export function histogram(name: string, options: HistogramOptions): Transformer {
  const names = { sum: `${name}.sum`, count: `${name}.count`, bucket: `${name}.bucket` };
  return (samples, context) => {
    if (!options.distributions || options.counters) submitTotals(samples, context, names);
    if (!options.buckets) return;
    if (options.distributions) submitDistribution(samples, context, name);
    else if (options.nonCumulative) submitRanges(samples, context, names.bucket);
    else submitBuckets(samples, context, names.bucket);
  };
}

function submitTotals(
  samples: FamilySamples,
  context: ScrapeContext,
  names: { readonly sum: string; readonly count: string },
): void {
  for (let k = 0; k < samples.length; k++) {
    const sample = samples.name(k);
    const name = sample.endsWith("_sum") ? names.sum : sample.endsWith("_count") ? names.count : undefined;
    if (name !== undefined) submitCount(name, samples, k, context);
  }
}

/** The bucket without upper bound is the count; it is not submitted twice. */
function submitBuckets(samples: FamilySamples, context: ScrapeContext, name: string): void {
  for (let k = 0; k < samples.length; k++) {
    if (!samples.name(k).endsWith("_bucket")) continue;
    if (samples.set(k).labels.get("upper_bound")?.endsWith("inf") !== false) continue;
    submitCount(name, samples, k, context);
  }
}

function submitRanges(samples: FamilySamples, { report, flushFirstValue }: ScrapeContext, name: string): void {
  decumulate(samples).forEach((bucket, k) => {
    if (bucket === undefined || !Number.isFinite(bucket.upperBound)) return;
    const { tags, hostname } = samples.set(k);
    const ranged = [...tags, lowerBoundTag(bucket)];
    if (samples.increment(k) !== undefined) report.submit("count", name, bucket.value, ranged, hostname);
    else report.submit("monotonic_count", name, bucket.value, ranged, hostname, flushFirstValue);
  });
}

function submitDistribution(samples: FamilySamples, context: ScrapeContext, name: string): void {
  const { report, flushFirstValue, problem } = context;
  decumulate(samples).forEach((bucket, k) => {
    if (bucket === undefined) return;
    if (bucket.lowerBound === bucket.upperBound && !Number.isFinite(bucket.lowerBound)) {
      problem(samples.name(k), "its bucket has no width");
      return;
    }
    const { tags, hostname } = samples.set(k);
    const monotonic = samples.increment(k) === undefined;
    report.bucket(name, { ...bucket, monotonic, flushFirstValue }, [...tags, lowerBoundTag(bucket)], hostname);
  });
}
