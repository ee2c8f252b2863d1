import type { MetricType } from "./types.ts";

export const TOTAL = "_total";

/** The types that a TYPE line may name, and what they are in OpenMetrics' words. */
export const TYPES: ReadonlyMap<string, MetricType> = new Map<string, MetricType>([
  ["untyped", "unknown"],
  ["counter", "counter"],
  ["gauge", "gauge"],
  ["histogram", "histogram"],
  ["summary", "summary"],
  ["unknown", "unknown"],
  ["gaugehistogram", "gaugehistogram"],
  ["info", "info"],
  ["stateset", "stateset"],
]);

/** A sample's code: what its name adds to the family's ("Histograms and summaries"). */
export const PLAIN = 0;
export const SUM = 1;
export const COUNT = 2;
export const BUCKET = 3;
export const TOTALLED = 4;
/** By code. */
export const SUFFIXES: readonly string[] = ["", "_sum", "_count", "_bucket", TOTAL];
/** OpenMetrics' naming: `_total` belongs to a counter's samples, not to its family. */
export const COUNTER_SUFFIXES: readonly string[] = [TOTAL, "_sum", "_count", "_bucket", TOTAL];

/**
 * Which codes samples of a family may have, as bits. A counter's samples have its name or, where TYPE names it as OpenMetrics
 * does, `_total` as well.
 */
export function codesOf(type: MetricType, hasTotal: boolean): number {
  switch (type) {
    case "histogram":
      return 1 << SUM | 1 << COUNT | 1 << BUCKET;
    case "summary":
      return 1 << PLAIN | 1 << SUM | 1 << COUNT;
    case "counter":
      return hasTotal ? 1 << PLAIN : 1 << PLAIN | 1 << TOTALLED;
    default:
      return 1 << PLAIN;
  }
}
