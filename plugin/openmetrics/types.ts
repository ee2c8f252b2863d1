/** The two text formats: OpenMetrics 1.0 and Prometheus' text exposition format 0.0.4. */
export type TextFormat = "openmetrics" | "prometheus";

/** A family's type, in OpenMetrics' words; Prometheus' `untyped` is `unknown`. */
export type MetricType =
  | "counter"
  | "gauge"
  | "histogram"
  | "gaugehistogram"
  | "summary"
  | "stateset"
  | "info"
  | "unknown";

/** What stands between the braces of samples, as bytes: for consumers to whom strings cost too much. */
export interface LabelBlocks {
  /** How many bytes sample `i` has there. */
  blockLength(i: number): number;
  /** Whether sample `i` has these bytes there, from `start` up to `end`. */
  blockEquals(i: number, bytes: Uint8Array, start: number, end: number): boolean;
  /** Copies those of sample `i`; returns the offset after them. */
  copyBlock(i: number, into: Uint8Array, at: number): number;
}

/**
 * A line that was to be a sample of a family and could not be read. The family is delivered without it: a histogram may
 * lack a bucket then, so that differences between its buckets say something else.
 */
export interface SkippedSample {
  /** The sample's full name, suffix included. */
  readonly name: string;
  /** As {@linkcode MetricFamily.labels}; `undefined` where they could not be read: it may be any label set's sample. */
  readonly labels: readonly string[] | undefined;
  /** Counts from 1; 0 where it stands for all that are too many to be listed. */
  readonly line: number;
  /**
   * `expected a value, got "3x"`, without what was got after very many problems; the whole problem has been given to
   * {@linkcode ParseOptions.onProblem}.
   */
  readonly reason: string;
}

/**
 * One metric family with all its samples.
 *
 * Lifetime: the object is reused. It is valid until the callback that received it returns; strings taken from it may
 * be kept.
 */
export interface MetricFamily {
  /** Without the `_total` of a counter, as OpenMetrics names families. */
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
  /** How many samples the family has; the methods below throw a `RangeError` for an index outside. */
  readonly length: number;
  /** The full name of sample `i`, suffix included (`_total`, `_bucket`, …). */
  sampleName(i: number): string;
  /** What stands between the braces of sample `i`, as written; `""` without labels. */
  rawLabels(i: number): string;
  /** Absent where the family does not come from a text. */
  readonly blocks?: LabelBlocks;
  /** The samples that the family lacks because their lines could not be read; absent where there is no text to read. */
  readonly skipped?: readonly SkippedSample[];
  /** Names and values in turn, unescaped, in the order of the line: `["le", "0.5", "path", "/"]`. */
  labels(i: number): string[];
  value(i: number): number;
  /** Seconds since the epoch, when the line has a timestamp. */
  timestamp(i: number): number | undefined;
}

/** A line that the format does not allow. Lines and columns count from 1. */
export interface ParseProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly expected: string;
  readonly got: string;
}

export interface ParseOptions {
  readonly format: TextFormat;
  /** Throw an {@linkcode OpenMetricsSyntaxError} at the first problem instead of skipping the line. Default `false`. */
  readonly strict?: boolean;
  /** Called for each problem that is skipped, until it returns `false`: a text may have millions. */
  readonly onProblem?: (problem: ParseProblem) => unknown;
  /** Bytes; a longer line is a problem and is not read. Default 16 MiB, the Agent's bound for a line of a scrape. */
  readonly maxLineLength?: number;
  /**
   * Samples that are held at once: of a family (OpenMetrics) or of the whole text (Prometheus' format, whose families may stand in
   * several places). Each further one is a problem and is not read. Default 4,194,304, which takes some 100 MB.
   */
  readonly maxSamples?: number;
}

/** What a parse saw. */
export interface ParseResult {
  readonly families: number;
  readonly samples: number;
  /** How much there is that the format does not allow; {@linkcode ParseOptions.onProblem} is told of it one by one. */
  readonly problems: number;
  /** Lines of which nothing is delivered because of a problem, those of families that break a rule among them. */
  readonly skippedLines: number;
  /** The callback asked to stop before the end of the text. */
  readonly stopped: boolean;
}

/** Receives families in the order of the text; `false` ends the parse. */
export type OnFamily = (family: MetricFamily) => boolean | void;
