import { LabelSets } from "./label_sets.ts";
import type { LabelSplitter } from "./labels.ts";
import type { OpenMetricsSampleReader } from "./openmetrics_sample.ts";
import type { Source } from "./source.ts";
import { compareTimes, readTime, type Time } from "./time.ts";

/** What the order of the samples makes of one. */
export type Verdict = "newPoint" | "samePoint" | "repeated" | {
  readonly expected: string;
  /** The family has this sample, with another value: it lacks nothing. */
  readonly isThere?: boolean;
};

const INTERLEAVED: Verdict = { expected: "the samples of a metric to stand together" };
const MIXED: Verdict = { expected: "all samples of a metric to have timestamps, or none" };
const BACKWARDS: Verdict = { expected: "a timestamp that is not before the last one of the metric" };
const DUPLICATE: Verdict = { expected: "a sample that the metric does not have yet", isThere: true };

/**
 * The rules about the order of a family's samples (OpenMetrics 1.0, "Metric": metrics are not interleaved; "MetricPoint":
 * points are not interleaved; "MetricPoints": several points of a metric have timestamps that do not go back). A metric
 * is the samples whose labels, but for the special one (`le`, `quantile`, a state's), are the same.
 *
 * Repeated samples whose timestamps are the same to the nanosecond are no problem, but count once: the standard's suite
 * has them (timestamps may have lost digits).
 */
export class Grouping {
  readonly #source: Source;
  /** The metrics of the family. */
  readonly #metrics: LabelSets;
  /** The samples of the current point, once it has more than one. */
  readonly #samples: LabelSets;
  #pointLength = 0;
  #isOneMetric = false;
  #special = "";
  #hash = 0;
  #fullHash = 0;
  #tag = 0;
  #labelsStart = 0;
  #labelsEnd = 0;
  #patternStart = -1;
  #specialStart = -1;
  #specialEnd = -1;
  #time: Time | undefined;

  constructor(source: Source, splitter: LabelSplitter) {
    this.#source = source;
    this.#metrics = new LabelSets(source, splitter);
    this.#samples = new LabelSets(source, splitter);
  }

  /**
   * Starts a family.
   *
   * @param special the label that tells samples of one metric apart; `""` for none
   * @param isOneMetric the type does not say which labels are the metric's own (info)
   */
  start(special: string, isOneMetric: boolean): void {
    this.#metrics.clear();
    this.#pointLength = 0;
    this.#special = special;
    this.#isOneMetric = isOneMetric;
  }

  /** Judges the sample that was read, and remembers it unless there is a problem. */
  add(sample: OpenMetricsSampleReader, tag: number): Verdict {
    const time = sample.hasTimestamp ? readTime(this.#source, sample.timestampStart, sample.timestamp) : undefined;
    if (this.#pointLength > 0 && this.#isSameMetric(sample)) return this.#addToMetric(sample, tag, time);
    const { labelsStart, labelsEnd } = sample;
    if (!this.#isOneMetric && !this.#metrics.add(sample.labels.hash, 0, labelsStart, labelsEnd, this.#special)) {
      return INTERLEAVED;
    }
    this.#startPoint(sample, tag, time);
    return "newPoint";
  }

  #isSameMetric(sample: OpenMetricsSampleReader): boolean {
    if (this.#isOneMetric) return true;
    const { labels, labelsStart, labelsEnd } = sample;
    if (labels.patternStart === this.#patternStart) return true;
    if (labels.hash !== this.#hash) return false;
    const isSame = this.#isSameButSpecialLabel(sample) ||
      this.#metrics.isSame(labelsStart, labelsEnd, this.#labelsStart, this.#labelsEnd, this.#special);
    if (isSame) this.#patternStart = labels.patternStart;
    return isSame;
  }

  /** Where the special label is not the last: the bytes before and after its value are those of the sample before. */
  #isSameButSpecialLabel(sample: OpenMetricsSampleReader): boolean {
    const { labelsStart, labelsEnd } = sample;
    const { specialStart, specialEnd } = sample.labels;
    if (specialStart === -1 || this.#specialStart === -1) return false;
    const source = this.#source;
    const head = specialStart - labelsStart;
    const tail = labelsEnd - specialEnd;
    if (head !== this.#specialStart - this.#labelsStart || tail !== this.#labelsEnd - this.#specialEnd) return false;
    return source.areSame(labelsStart, this.#labelsStart, head) &&
      source.areSame(specialEnd, this.#specialEnd, tail);
  }

  #addToMetric(sample: OpenMetricsSampleReader, tag: number, time: Time | undefined): Verdict {
    if ((time === undefined) !== (this.#time === undefined)) return MIXED;
    if (time !== undefined && this.#time !== undefined) {
      const order = compareTimes(time, this.#time);
      if (order < 0 && !this.#isOneMetric) return BACKWARDS;
      if (order !== 0) {
        this.#startPoint(sample, tag, time);
        return "newPoint";
      }
    }
    if (this.#pointLength === 1) {
      this.#samples.clear();
      this.#samples.add(this.#fullHash, this.#tag, this.#labelsStart, this.#labelsEnd, "");
    }
    if (!this.#samples.add(sample.labels.fullHash, tag, sample.labelsStart, sample.labelsEnd, "")) {
      return time === undefined ? DUPLICATE : "repeated";
    }
    this.#pointLength++;
    return "samePoint";
  }

  #startPoint(sample: OpenMetricsSampleReader, tag: number, time: Time | undefined): void {
    this.#pointLength = 1;
    this.#hash = sample.labels.hash;
    this.#fullHash = sample.labels.fullHash;
    this.#tag = tag;
    this.#labelsStart = sample.labelsStart;
    this.#labelsEnd = sample.labelsEnd;
    this.#patternStart = sample.labels.patternStart;
    this.#specialStart = sample.labels.specialStart;
    this.#specialEnd = sample.labels.specialEnd;
    this.#time = time;
  }
}
