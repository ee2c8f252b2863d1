import { decumulate, lowerBoundTag, type Range } from "../decumulate.ts";
import { withBoundTag } from "../label_set.ts";
import type { FamilySamples, SampleColumns } from "../samples.ts";
import type { Sink } from "../sink.ts";
import { type HistogramOptions, type ScrapeContext, submitCount, type Transformer } from "./transformer.ts";

/**
 * `histogram`: `<name>.sum`, `<name>.count` and `<name>.bucket` as monotonic counts, or buckets as distributions
 * (datadog-checks-base 38.7.0, `transformers/histogram.py`), in the order of the samples, on which
 * `max_returned_metrics` depends.
 *
 * Where labels are dropped, buckets add up with those of the same bound, ranges with those of the same two bounds: what
 * is submitted as a count has its upper bound as tag, whatever the options say of that label.
 */
export function histogram(name: string, options: HistogramOptions): Transformer {
  const names = { sum: `${name}.sum`, count: `${name}.count`, bucket: `${name}.bucket` };
  const hasTotals = !options.distributions || options.counters;
  const isApart = options.buckets && (options.distributions || options.nonCumulative);
  return (samples, context) => {
    if (isApart) sayDamage(samples, context);
    const ranges = isApart ? decumulate(samples) : undefined;
    const { start, end, columns } = samples;
    const { sink } = context;
    for (let i = start; i < end; i++) {
      const sample = columns.names[i]!;
      if (sample.endsWith("_bucket")) {
        if (!options.buckets) continue;
        if (ranges === undefined) submitBucket(names.bucket, columns, i, sink);
        else if (options.distributions) submitDistribution(name, columns, i, ranges[i - start], context);
        else submitRange(names.bucket, columns, i, ranges[i - start], context);
      } else if (sample.endsWith("_sum")) {
        if (hasTotals) submitCount(names.sum, columns, i, sink);
      } else if (sample.endsWith("_count")) {
        if (hasTotals) submitCount(names.count, columns, i, sink);
      }
    }
  };
}

function sayDamage(samples: FamilySamples, { problem }: ScrapeContext): void {
  const damaged = samples.damagedSeries;
  if (damaged === 0) return;
  const which = damaged === Infinity ? "its label sets" : damaged === 1 ? "one label set" : `${damaged} label sets`;
  problem(samples.name, `the ranges of ${which} are left out: a bucket of each is missing`);
}

/** The bucket without upper bound is the count; it is not submitted twice. */
function submitBucket(name: string, columns: SampleColumns, i: number, sink: Sink): void {
  const set = columns.sets[i]!;
  const bound = set.bound?.value;
  if (bound !== undefined && Number.isFinite(bound)) submitCount(name, columns, i, sink, withBoundTag(set));
}

function submitRange(
  name: string,
  columns: SampleColumns,
  i: number,
  range: Range | undefined,
  { sink, problem }: ScrapeContext,
): void {
  if (range === undefined || !Number.isFinite(range.upperBound) || decreases(range, columns, i, problem)) return;
  const set = columns.sets[i]!;
  const type = columns.increments?.[i] === undefined ? "monotonic_count" : "count";
  sink.submit(type, name, range.value, set, true, [...withBoundTag(set), lowerBoundTag(range)]);
}

function submitDistribution(
  name: string,
  columns: SampleColumns,
  i: number,
  range: Range | undefined,
  { sink, problem }: ScrapeContext,
): void {
  if (range === undefined) return;
  if (range.lowerBound === range.upperBound && !Number.isFinite(range.lowerBound)) {
    problem(columns.names[i]!, "its bucket has no width");
    return;
  }
  if (decreases(range, columns, i, problem)) return;
  const set = columns.sets[i]!;
  const monotonic = columns.increments?.[i] === undefined;
  sink.bucket(name, range, monotonic, set, [...set.tags, lowerBoundTag(range)]);
}

/** Whether a bucket has less than the one below it: a histogram that breaks its rule, of which a count says nothing. */
function decreases(
  { lowerBound, upperBound, value }: Range,
  columns: SampleColumns,
  i: number,
  problem: ScrapeContext["problem"],
): boolean {
  if (value >= 0) return false;
  problem(
    columns.names[i]!,
    `the bucket up to ${upperBound} has ${-value} observations less than the one up to ${lowerBound}`,
  );
  return true;
}
