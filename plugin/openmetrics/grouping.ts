import { grown } from "./columns.ts";
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

const FIRST_CAPACITY = 64;
/** Integers of a sample: hash of its labels, tag, where its labels start and end. */
const SAMPLE = 4;

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
  /** The samples of the current point, but for those that wait, once one is not seen to be new without them. */
  readonly #samples: LabelSets;
  #hasSamples = false;
  /** The samples of the current point that are new whatever the others are: none has to be looked up (bench: histograms). */
  #waiting = new Int32Array(FIRST_CAPACITY * SAMPLE);
  #waitingLength = 0;
  /** Bit by bit, the tags of the current point. */
  #tags = 0;
  /** The largest threshold of the current point; NaN without one. */
  #threshold = NaN;
  /** There is a current point. */
  #isStarted = false;
  /** The current point has one sample, and nothing is ready for more: many have no other. */
  #isAlone = false;
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
    this.#isStarted = false;
    this.#special = special;
    this.#isOneMetric = isOneMetric;
  }

  /**
   * Judges the sample that was read, and remembers it unless there is a problem.
   *
   * @param tag tells apart what the labels do not tell; a small number
   * @param threshold of a bucket; NaN of another sample
   */
  add(sample: OpenMetricsSampleReader, tag: number, threshold: number): Verdict {
    const time = sample.hasTimestamp ? readTime(this.#source, sample.timestampStart, sample.timestamp) : undefined;
    if (this.#isStarted && this.#isSameMetric(sample)) return this.#addToMetric(sample, tag, threshold, time);
    const { labelsStart, labelsEnd } = sample;
    if (!this.#isOneMetric && !this.#metrics.add(sample.labels.hash, 0, labelsStart, labelsEnd, this.#special)) {
      return INTERLEAVED;
    }
    this.#startPoint(sample, tag, threshold, time);
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

  #addToMetric(sample: OpenMetricsSampleReader, tag: number, threshold: number, time: Time | undefined): Verdict {
    if ((time === undefined) !== (this.#time === undefined)) return MIXED;
    if (time !== undefined && this.#time !== undefined) {
      const order = compareTimes(time, this.#time);
      if (order < 0 && !this.#isOneMetric) return BACKWARDS;
      if (order !== 0) {
        this.#startPoint(sample, tag, threshold, time);
        return "newPoint";
      }
    }
    const { labelsStart, labelsEnd } = sample;
    const { fullHash } = sample.labels;
    if (this.#isAlone) {
      this.#isAlone = false;
      this.#hasSamples = false;
      this.#waitingLength = 0;
      this.#tags = tagBit(this.#tag);
      this.#wait(this.#fullHash, this.#tag, this.#labelsStart, this.#labelsEnd);
    }
    const bit = tagBit(tag);
    if (threshold > this.#threshold || (this.#tags & bit) === 0) {
      this.#wait(fullHash, tag, labelsStart, labelsEnd);
      this.#tags |= bit;
      if (!Number.isNaN(threshold)) this.#threshold = threshold;
      return "samePoint";
    }
    this.#addWaiting();
    if (!this.#samples.add(fullHash, tag, labelsStart, labelsEnd, "")) {
      return time === undefined ? DUPLICATE : "repeated";
    }
    return "samePoint";
  }

  #wait(hash: number, tag: number, labelsStart: number, labelsEnd: number): void {
    const at = this.#waitingLength;
    if (at === this.#waiting.length) this.#waiting = grown(this.#waiting, 2 * at);
    const waiting = this.#waiting;
    waiting[at] = hash;
    waiting[at + 1] = tag;
    waiting[at + 2] = labelsStart;
    waiting[at + 3] = labelsEnd;
    this.#waitingLength = at + SAMPLE;
  }

  #addWaiting(): void {
    const waiting = this.#waiting;
    if (!this.#hasSamples) this.#samples.clear();
    this.#hasSamples = true;
    for (let at = 0; at < this.#waitingLength; at += SAMPLE) {
      this.#samples.add(waiting[at]!, waiting[at + 1]!, waiting[at + 2]!, waiting[at + 3]!, "");
    }
    this.#waitingLength = 0;
  }

  #startPoint(sample: OpenMetricsSampleReader, tag: number, threshold: number, time: Time | undefined): void {
    this.#isStarted = true;
    this.#isAlone = true;
    this.#threshold = threshold;
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

/** Tags beyond the bits share one. */
const tagBit = (tag: number) => 1 << Math.min(tag, 31);
