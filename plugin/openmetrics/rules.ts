import type { HistogramPart } from "./histogram.ts";
import { scanNumber } from "./number.ts";
import type { OpenMetricsSampleReader } from "./openmetrics_sample.ts";
import type { Source } from "./source.ts";
import type { MetricType } from "./types.ts";

/** What OpenMetrics 1.0 ("Metric Types" and "Metric types") says about samples with one suffix in families of one type. */
export interface SampleRules {
  readonly suffix: string;
  readonly notNaN?: true;
  readonly notNegative?: true;
  readonly integer?: true;
  readonly values?: readonly number[];
  /** The label that such a sample must have, and others of the family must not. */
  readonly label?: "le" | "quantile" | "state";
  readonly exemplar?: true;
  readonly part?: HistogramPart;
}

const CREATED = { suffix: "_created" } as const;
const VALUE = { suffix: "" } as const;
const COUNTING = { notNaN: true, notNegative: true } as const;
const BUCKET = { suffix: "_bucket", ...COUNTING, integer: true, label: "le", exemplar: true, part: "bucket" } as const;

/** The samples that a family of each type can have. */
export const RULES: Readonly<Record<MetricType, readonly SampleRules[]>> = {
  counter: [{ suffix: "_total", ...COUNTING, exemplar: true }, CREATED],
  gauge: [VALUE],
  histogram: [
    BUCKET,
    { suffix: "_count", ...COUNTING, integer: true, part: "count" },
    { suffix: "_sum", ...COUNTING, part: "sum" },
    { ...CREATED, part: "created" },
  ],
  gaugehistogram: [
    BUCKET,
    { suffix: "_gcount", ...COUNTING, integer: true, part: "count" },
    { suffix: "_gsum", notNaN: true, part: "gsum" },
  ],
  summary: [
    { suffix: "", notNegative: true, label: "quantile" },
    { suffix: "_count", ...COUNTING, integer: true },
    { suffix: "_sum", ...COUNTING },
    CREATED,
  ],
  stateset: [{ suffix: "", values: [0, 1], label: "state" }],
  info: [{ suffix: "_info", values: [1] }],
  unknown: [VALUE],
};

/** What names of samples add to their family's, by type and in the order of {@linkcode RULES}. */
export const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = suffixesByType();

function suffixesByType(): Record<MetricType, readonly string[]> {
  const of = (type: MetricType) => RULES[type].map(({ suffix }) => suffix);
  return {
    counter: of("counter"),
    gauge: of("gauge"),
    histogram: of("histogram"),
    gaugehistogram: of("gaugehistogram"),
    summary: of("summary"),
    stateset: of("stateset"),
    info: of("info"),
    unknown: of("unknown"),
  };
}

/** The name of the label that tells samples of one metric apart in a family; `""` for none. */
export function specialLabel(type: MetricType, familyName: string): string {
  if (type === "histogram" || type === "gaugehistogram") return "le";
  if (type === "summary") return "quantile";
  return type === "stateset" ? familyName : "";
}

/** What a sample breaks, and where it stands. */
export interface BrokenRule {
  readonly expected: string;
  readonly start: number;
  /** Without it, it is one character. */
  readonly end: number | undefined;
}

/** Judges samples by the rules for their type and suffix. */
export class RuleChecker {
  /** The threshold of the last bucket that was checked. */
  threshold = 0;
  readonly #source: Source;
  readonly #number = new Float64Array(1);

  constructor(source: Source) {
    this.#source = source;
  }

  /** @returns the first rule that the sample breaks, if any, but for those on exemplars */
  check(rules: SampleRules, sample: OpenMetricsSampleReader): BrokenRule | undefined {
    const value = sample.value;
    const values = rules.values;
    if (rules.notNaN === true && value !== value) return this.#value(sample, "a value other than NaN");
    if (rules.notNegative === true && value < 0) return this.#value(sample, "a value that is not negative");
    if (rules.integer === true && !Number.isInteger(value)) return this.#value(sample, "an integer");
    if (values !== undefined && !values.includes(value)) return this.#value(sample, values.join(" or "));
    if (rules.label !== undefined) {
      const broken = this.#checkLabel(rules.label, sample);
      if (broken !== undefined) return broken;
    } else if (sample.labels.specialStart !== -1) {
      return brokenLabels(sample, "no label that only other samples of the family have");
    }
    return undefined;
  }

  #checkLabel(label: "le" | "quantile" | "state", sample: OpenMetricsSampleReader): BrokenRule | undefined {
    const start = sample.labels.specialStart;
    const end = sample.labels.specialEnd;
    if (start === -1) {
      return brokenLabels(sample, label === "state" ? "a label with the family's name" : `a label "${label}"`);
    }
    if (label === "state") return undefined;
    const isNumber = scanNumber(this.#source, start, this.#number, 0) === end;
    const value = isNumber ? this.#number[0]! : NaN;
    if (label === "quantile") {
      return value >= 0 && value <= 1 ? undefined : { expected: "a quantile from 0 to 1", start, end };
    }
    this.threshold = value;
    if (value !== value) return { expected: "a number as threshold", start, end };
    // "Considerations: Canonical Numbers": infinity is written +Inf, any other number as one likes.
    const isCanonical = value !== Infinity || this.#source.octets(start, end) === "+Inf";
    return isCanonical ? undefined : { expected: '"+Inf"', start, end };
  }

  /**
   * "Exemplars" of "Histogram" and "Counter": only buckets and totals have one, and a bucket's lies within it.
   *
   * @param sample one that has an exemplar, and was checked
   */
  checkExemplar(rules: SampleRules, sample: OpenMetricsSampleReader): BrokenRule | undefined {
    const start = sample.exemplarStart;
    const end = this.#source.lineEnd(start);
    const bad = sample.exemplarProblem;
    if (bad !== undefined) return { expected: bad.expected, start: bad.offset, end: undefined };
    if (rules.exemplar !== true) return { expected: "no exemplar", start, end };
    if (rules.label !== "le" || !(sample.exemplarValue > this.threshold)) return undefined;
    return { expected: "an exemplar within its bucket", start, end };
  }

  #value(sample: OpenMetricsSampleReader, expected: string): BrokenRule {
    const start = sample.valueStart;
    return { expected, start, end: this.#source.lineEnd(start) };
  }
}

function brokenLabels(sample: OpenMetricsSampleReader, expected: string): BrokenRule {
  return { expected, start: sample.nameEnd, end: sample.valueStart - 1 };
}
