import type { ReportBuilder } from "../../report/mod.ts";
import type { FamilySamples } from "../samples.ts";

/** What a transformer may use besides the samples. */
export interface ScrapeContext {
  readonly report: ReportBuilder;
  /** The instance's own tags, without those of samples: for service checks. */
  readonly staticTags: readonly string[];
  /** Whether counters count their first value from zero. */
  readonly flushFirstValue: boolean;
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
 */
export function submitCount(name: string, samples: FamilySamples, k: number, context: ScrapeContext): void {
  const { report, flushFirstValue } = context;
  const { tags, hostname } = samples.set(k);
  const increment = samples.increment(k);
  if (increment !== undefined) report.submit("count", name, increment, tags, hostname);
  else report.submit("monotonic_count", name, samples.value(k), tags, hostname, flushFirstValue);
}

/** How histograms are submitted (`collect_histogram_buckets` and its kin). */
export interface HistogramOptions {
  readonly buckets: boolean;
  readonly nonCumulative: boolean;
  readonly distributions: boolean;
  readonly counters: boolean;
}
