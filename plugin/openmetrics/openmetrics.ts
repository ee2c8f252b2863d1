import { Family } from "./family.ts";
import { FamilyNames } from "./family_names.ts";
import { Grouping } from "./grouping.ts";
import { HistogramPoint } from "./histogram.ts";
import { LabelSplitter, unescape } from "./labels.ts";
import { OpenFamily } from "./openmetrics_family.ts";
import { readDescriptor } from "./openmetrics_metadata.ts";
import { OpenMetricsSampleReader } from "./openmetrics_sample.ts";
import type { Parser } from "./parser.ts";
import type { Problems } from "./problems.ts";
import { RuleChecker, type SampleRules, specialLabel } from "./rules.ts";
import { Samples } from "./samples.ts";
import { type SkippedPlace, SkippedSamples } from "./skipped_samples.ts";
import type { Source } from "./source.ts";
import type { OnFamily, SkippedSample } from "./types.ts";

const EOF = "# EOF";

/**
 * OpenMetrics 1.0, "Text format": every line that the standard does not allow is a problem and skipped, and so is every
 * family that breaks a rule about the whole of it. Of a sample with a wrong exemplar only the exemplar is skipped.
 */
export class OpenMetricsParser implements Parser {
  families = 0;
  samples = 0;
  isStopped = false;
  isDone = false;
  readonly #source: Source;
  readonly #problems: Problems;
  readonly #onFamily: OnFamily;
  readonly #maxSamples: number;
  readonly #tooMany: string;
  readonly #reader: OpenMetricsSampleReader;
  readonly #checker: RuleChecker;
  readonly #grouping: Grouping;
  readonly #point = new HistogramPoint();
  readonly #names: FamilyNames;
  readonly #samples: Samples;
  readonly #skipped = new SkippedSamples();
  readonly #splitter = new LabelSplitter();
  readonly #open: OpenFamily;
  readonly #family: Family;
  #isOpen = false;
  /** How many families were started. */
  #started = 0;
  /** The index of the rules for the name that the reader expects. */
  #expectedCode = 0;
  /** "# EOF" was read. */
  #isEnded = false;

  constructor(source: Source, problems: Problems, onFamily: OnFamily, maxSamples: number) {
    this.#source = source;
    this.#problems = problems;
    this.#onFamily = onFamily;
    this.#maxSamples = maxSamples;
    this.#tooMany = `at most ${maxSamples} samples`;
    this.#samples = new Samples(0, maxSamples);
    this.#reader = new OpenMetricsSampleReader(source, this.#splitter);
    this.#checker = new RuleChecker(source);
    this.#grouping = new Grouping(source, this.#splitter);
    this.#names = new FamilyNames(source);
    this.#open = new OpenFamily(source, problems);
    this.#family = new Family(source, this.#samples, {
      splitLabels: (block) => this.#splitter.split(block),
      readHelp: unescape,
    });
  }

  /** "Text format": byte order marks are not allowed. */
  readByteOrderMark(): void {
    this.#problems.report(0, "no byte order mark");
  }

  readBlank(start: number): void {
    this.#problems.skip(start, "no blank line");
  }

  readComment(start: number, end: number): void {
    this.#isEnded = end - start === EOF.length && this.#source.octets(start, end) === EOF;
    if (this.#isEnded) {
      this.isDone = true;
      return;
    }
    const descriptor = readDescriptor(this.#source, start, end);
    if ("expected" in descriptor) {
      this.#problems.skip(descriptor.offset, descriptor.expected, descriptor.offendingEnd);
      return;
    }
    const { nameStart, nameEnd } = descriptor;
    if (!this.#isOpen || !this.#open.isNamed(nameStart, nameEnd)) {
      this.#endFamily();
      if (this.isStopped) return;
      this.#startFamily(nameStart, nameEnd);
    } else if (this.#samples.length > 0) {
      this.#problems.skip(start, "metadata before the samples of its family", end);
      return;
    }
    this.#open.describe(descriptor, end);
    this.#expectSamples();
  }

  readSample(start: number): number {
    const reader = this.#reader;
    const end = reader.read(start);
    if (end === -1) {
      this.#skip(this.#problems.skip(reader.problemOffset, reader.expected, reader.problemEnd));
      return this.#source.lineEnd(reader.problemOffset);
    }
    const code = reader.isExpectedName ? this.#expectedCode : this.#enter();
    if (code === -1) return end;
    const rules = this.#open.rules[code]!;
    const broken = this.#checker.check(rules, reader);
    if (broken !== undefined) {
      this.#skip(this.#problems.skip(broken.start, broken.expected, broken.end));
      return end;
    }
    const verdict = this.#grouping.add(reader, code, rules.label === "le" ? this.#checker.threshold : NaN);
    if (typeof verdict === "object") {
      const reason = this.#problems.skip(start, verdict.expected, end);
      if (verdict.isThere !== true) this.#skip(reason);
    } else if (verdict !== "repeated") {
      this.#take(code, rules, verdict === "newPoint", start, end);
    }
    return end;
  }

  skipLine(start: number, reason: string): void {
    this.#reader.readName(start);
    this.#skip(reason);
  }

  /** "Overall Structure": the text ends with EOF. */
  finish(end: number): void {
    this.#endFamily();
    if (this.isStopped) return;
    if (!this.#isEnded) {
      this.#problems.report(end, `"${EOF}"`);
    } else if (end < this.#source.bytes.length) {
      this.#problems.report(end, `nothing after "${EOF}"`, this.#source.lineEnd(end));
    }
  }

  #take(code: number, rules: SampleRules, isNewPoint: boolean, start: number, end: number): void {
    const reader = this.#reader;
    if (this.#samples.length >= this.#maxSamples) {
      this.#skip(this.#problems.skip(start, this.#tooMany, end));
      return;
    }
    if (reader.exemplarStart !== 0) {
      const broken = this.#checker.checkExemplar(rules, reader);
      if (broken !== undefined) this.#problems.report(broken.start, broken.expected, broken.end);
    }
    if (rules.part !== undefined) this.#checkPoint(rules, isNewPoint);
    this.#samples.push(code, reader.labelsStart, reader.labelsEnd, reader.value);
    if (reader.hasTimestamp) this.#samples.stamp(reader.timestamp);
  }

  /** The index of the rules for the sample's name; ends the family if it is not one of its names. -1: the parse has ended. */
  #enter(): number {
    const reader = this.#reader;
    const { nameStart, nameEnd } = reader;
    let code = this.#isOpen ? this.#open.codeOf(nameStart, nameEnd) : -1;
    if (code === -1) {
      // "MetricFamily": a sample name that cannot be part of the family signals the next one, which has no TYPE here.
      this.#endFamily();
      if (this.isStopped) return -1;
      this.#startFamily(nameStart, nameEnd);
      this.#open.hasType = true;
      code = 0;
    }
    reader.expectName(nameStart, nameEnd - nameStart);
    this.#expectedCode = code;
    return code;
  }

  #startFamily(nameStart: number, nameEnd: number): void {
    this.#open.start(nameStart, nameEnd);
    this.#samples.length = 0;
    this.#isOpen = true;
    this.#started++;
    this.#expectSamples();
  }

  /** Makes everything ready for samples of the family's type. */
  #expectSamples(): void {
    const { type, name } = this.#open;
    const special = specialLabel(type, name);
    this.#reader.expectName(0, 0);
    this.#reader.labels.setSpecialLabel(special);
    this.#grouping.start(special, type === "info");
  }

  /** Tells the family that it lacks the sample of the reader's line, if that is its own. */
  #skip(reason: string): void {
    const { nameStart, nameEnd, labelsStart, labelsEnd } = this.#reader;
    if (!this.#isOpen || this.#open.codeOf(nameStart, nameEnd) === -1) return;
    this.#open.lacksSamples = true;
    if (!this.#skipped.isListed) {
      this.#skipped.addUnlisted(this.#started);
      return;
    }
    const name = this.#source.octets(nameStart, nameEnd);
    this.#skipped.add(this.#started, { name, labelsStart, labelsEnd, line: this.#problems.line, reason });
  }

  #checkPoint({ part, suffix }: SampleRules, isNew: boolean): void {
    if (isNew) {
      this.#endPoint();
      this.#point.start();
    }
    if (part === undefined) return;
    const expected = this.#point.add(part, this.#reader.value, suffix === "_bucket" ? this.#checker.threshold : NaN);
    if (expected !== undefined) this.#open.break(expected, this.#problems);
  }

  #endPoint(): void {
    const expected = this.#point.end();
    if (expected !== undefined && !this.#open.lacksSamples) this.#open.break(expected, this.#open);
  }

  #endFamily(): void {
    if (!this.#isOpen) return;
    this.#endPoint();
    this.#isOpen = false;
    const open = this.#open;
    if (!this.#names.take(open.nameStart, open.nameEnd, open.type)) {
      open.break("a family whose names no other family has", open);
    }
    const { length } = this.#samples;
    if (open.isBroken) {
      this.#problems.skippedLines += length;
      return;
    }
    this.families++;
    this.samples += length;
    this.#family.show(
      open.parts(length, this.#skipped.of(this.#started, open.name, (place) => this.#readSkipped(place))),
    );
    if (this.#onFamily(this.#family) === false) this.isStopped = this.isDone = true;
  }

  #readSkipped({ name, labelsStart, labelsEnd, line, reason }: SkippedPlace): SkippedSample {
    const labels = labelsEnd === -1 ? undefined : this.#splitter.split(this.#source.slice(labelsStart, labelsEnd));
    return { name, labels, line, reason };
  }
}
