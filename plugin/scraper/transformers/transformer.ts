import type { ServiceStatus } from "../../report/mod.ts";
import { ADDS_UP, type FamilySamples, type SampleColumns } from "../samples.ts";
import type { Sink } from "../sink.ts";

/** What a transformer may use besides the samples. */
export interface ScrapeContext {
  /** Receives metrics and buckets. */
  readonly sink: Sink;
  /** Receives service checks. */
  readonly serviceCheck: (name: string, status: ServiceStatus, hostname: string | undefined) => void;
  readonly metadata: (name: string, value: string) => void;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Says that a sample could not be submitted, and why. */
  readonly problem: (sample: string, message: string) => void;
}

/** Submits the samples of one family. */
export interface Transformer {
  (samples: FamilySamples, context: ScrapeContext): void;
  /** It takes every sample for a count: colliding ones add up, whatever type the family has. */
  readonly counts?: boolean;
}

/**
 * Submits a sample that counts: what it grew by since the last run, where the source tells that, else its total, from
 * which the host derives the growth.
 *
 * @param i where the sample stands in the columns
 */
export function submitCount(
  name: string,
  columns: SampleColumns,
  i: number,
  sink: Sink,
  tags?: readonly string[],
): void {
  const addsUp = (columns.flags[i]! & ADDS_UP) !== 0;
  const increment = columns.increments?.[i];
  if (increment !== undefined) sink.submit("count", name, increment, columns.sets[i]!, addsUp, tags);
  else sink.submit("monotonic_count", name, columns.values[i]!, columns.sets[i]!, addsUp, tags);
}

/** How histograms are submitted (`collect_histogram_buckets` and its kin). */
export interface HistogramOptions {
  readonly buckets: boolean;
  readonly nonCumulative: boolean;
  readonly distributions: boolean;
  readonly counters: boolean;
}
