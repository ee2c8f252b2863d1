import { FamilyColumns } from "./family.ts";
import { FamilyNames } from "./family_names.ts";
import { Grouping } from "./grouping.ts";
import { HistogramPoint } from "./histogram.ts";
import { splitLabels, unescape } from "./labels.ts";
import { areNameCharacters, type Descriptor, readDescriptor } from "./openmetrics_metadata.ts";
import { OpenMetricsSampleReader } from "./openmetrics_sample.ts";
import type { Problems } from "./problems.ts";
import { RuleChecker, RULES, type SampleRules, specialLabel } from "./rules.ts";
import { HASH, LF, type Source } from "./source.ts";
import type { MetricType, OnFamily } from "./types.ts";

const EOF = "# EOF";

/**
 * OpenMetrics 1.0, "Text format": every line that the standard does not allow is a problem and skipped, and so is every
 * family that breaks a rule about the whole of it.
 */
export class OpenMetricsParser {
  families = 0;
  samples = 0;
  stopped = false;
  readonly #source: Source;
  readonly #problems: Problems;
  readonly #onFamily: OnFamily;
  readonly #maxLineLength: number;
  readonly #reader: OpenMetricsSampleReader;
  readonly #checker: RuleChecker;
  readonly #grouping: Grouping;
  readonly #point = new HistogramPoint();
  readonly #names: FamilyNames;
  readonly #family: FamilyColumns;
  #isOpen = false;
  /** A rule about the whole family is broken: it is not delivered. */
  #isBroken = false;
  /** Where the family's name stands. */
  #nameStart = 0;
  #familyLine = 0;
  #familyLineStart = 0;
  #hasType = false;
  #hasHelp = false;
  #hasUnit = false;
  #rules: readonly SampleRules[] = RULES.unknown;
  /** The index of the rules for the name that the reader expects. */
  #expectedIndex = 0;
  #line = 0;
  #lineStart = 0;

  constructor(source: Source, problems: Problems, onFamily: OnFamily, maxLineLength: number) {
    this.#source = source;
    this.#problems = problems;
    this.#onFamily = onFamily;
    this.#maxLineLength = maxLineLength;
    this.#reader = new OpenMetricsSampleReader(source);
    this.#checker = new RuleChecker(source);
    this.#grouping = new Grouping(source);
    this.#names = new FamilyNames(source);
    this.#family = new FamilyColumns(source, (block) => splitLabels(block) ?? []);
  }

  /** Reads all lines, or those up to a callback's `false`. */
  run(): void {
    const { bytes } = this.#source;
    const end = bytes.length;
    const longLines = end > this.#maxLineLength;
    let start = 0;
    let isEnded = false;
    while (start < end && !this.stopped && !isEnded) {
      this.#line++;
      this.#lineStart = start;
      const byte = bytes[start];
      if (longLines && this.#isTooLong(start)) {
        start = this.#source.lineEnd(start) + 1;
      } else if (byte === LF) {
        this.#report(start, "no blank line");
        start++;
      } else if (byte === HASH) {
        const lineEnd = this.#source.lineEnd(start);
        isEnded = lineEnd - start === EOF.length && this.#source.octets(start, lineEnd) === EOF;
        if (!isEnded) this.#readDescriptor(start, lineEnd);
        start = lineEnd + 1;
      } else {
        start = this.#readSample(start) + 1;
      }
    }
    if (!this.stopped) this.#endFamily();
    if (!this.stopped) this.#checkEnd(start, isEnded);
  }

  /** "Overall Structure": the text ends with EOF. */
  #checkEnd(start: number, isEnded: boolean): void {
    this.#line++;
    this.#lineStart = start;
    const { length } = this.#source.bytes;
    if (!isEnded) {
      this.#report(start, `"${EOF}"`);
    } else if (start < length) {
      this.#report(start, `nothing after "${EOF}"`, this.#source.lineEnd(start));
    }
  }

  #isTooLong(start: number): boolean {
    if (this.#source.lineEnd(start) - start <= this.#maxLineLength) return false;
    this.#report(start + this.#maxLineLength, `a line of at most ${this.#maxLineLength} bytes`);
    return true;
  }

  /** @returns the offset of the line feed */
  #readSample(start: number): number {
    const reader = this.#reader;
    const end = reader.read(start);
    if (end === -1) {
      this.#skipSample(this.#report(reader.problemOffset, reader.expected, reader.problemEnd));
      return this.#source.lineEnd(reader.problemOffset);
    }
    let index = this.#expectedIndex;
    if (!reader.isExpectedName) {
      index = this.#indexOfName();
      if (index === -1) return end;
    }
    const rules = this.#rules[index]!;
    const broken = this.#checker.check(rules, reader);
    if (broken !== undefined) {
      this.#skipSample(this.#report(broken.start, broken.expected, broken.end));
      return end;
    }
    const verdict = this.#grouping.add(reader, index);
    if (typeof verdict === "object") {
      this.#skipSample(this.#report(start, verdict.expected, end));
    } else if (verdict !== "repeated") {
      if (rules.part !== undefined) this.#checkPoint(rules, verdict === "newPoint");
      this.#family.push(index, reader.labelsStart, reader.labelsEnd, reader.value);
      if (reader.hasTimestamp) this.#family.stamp(reader.timestamp);
    }
    return end;
  }

  /** Tells the family which of its samples a line was to be that cannot be read. */
  #skipSample(reason: string): void {
    const reader = this.#reader;
    if (!this.#isOpen) return;
    if (this.#family.sampleNames.length === 0) this.#nameSamples();
    const name = this.#family.sampleNames.find((name) => this.#isSampleName(name));
    if (name !== undefined) this.#family.skip(name, reader.labelsStart, reader.labelsEnd, this.#line, reason);
  }

  /** The index of the rules for the sample's name; ends the family if it is not one of its names. -1 after a problem. */
  #indexOfName(): number {
    const reader = this.#reader;
    if (this.#isOpen && this.#family.sampleNames.length === 0) this.#nameSamples();
    let index = this.#isOpen ? this.#family.sampleNames.findIndex((name) => this.#isSampleName(name)) : -1;
    if (index === -1) {
      // "MetricFamily": a sample name that cannot be part of the family signals the next one, which has no TYPE here.
      if (reader.exemplarStart !== 0) {
        this.#report(reader.exemplarStart, "no exemplar", this.#source.lineEnd(reader.exemplarStart));
        return -1;
      }
      this.#endFamily();
      if (this.stopped) return -1;
      this.#startFamily(reader.nameStart, reader.nameEnd);
      this.#hasType = true;
      this.#nameSamples();
      index = 0;
    }
    reader.expectName(reader.nameStart, reader.nameEnd - reader.nameStart);
    this.#expectedIndex = index;
    return index;
  }

  #isSampleName(name: string): boolean {
    const { nameStart, nameEnd } = this.#reader;
    const { bytes } = this.#source;
    if (name.length !== nameEnd - nameStart) return false;
    // Names of a family differ in their ends.
    for (let i = name.length - 1; i >= 0; i--) if (bytes[nameStart + i] !== name.charCodeAt(i)) return false;
    return true;
  }

  #startFamily(nameStart: number, nameEnd: number): void {
    this.#family.start(this.#source.octets(nameStart, nameEnd));
    this.#nameStart = nameStart;
    this.#isOpen = true;
    this.#isBroken = false;
    this.#familyLine = this.#line;
    this.#familyLineStart = this.#lineStart;
    this.#hasType = false;
    this.#hasHelp = false;
    this.#hasUnit = false;
    this.#rules = RULES.unknown;
    this.#reader.expectName(0, 0);
    this.#reader.setSpecialLabel("");
    this.#grouping.start("", false);
  }

  /** Names the samples that the family can have, in the order of its rules. */
  #nameSamples(): void {
    const family = this.#family;
    for (const { suffix } of this.#rules) family.sampleNames.push(family.name + suffix);
  }

  #setType(type: MetricType): void {
    const { name } = this.#family;
    const special = specialLabel(type, name);
    this.#family.type = type;
    this.#family.sampleNames.length = 0;
    this.#rules = RULES[type];
    this.#reader.expectName(0, 0);
    this.#reader.setSpecialLabel(special);
    this.#grouping.start(special, type === "info");
  }

  #readDescriptor(start: number, end: number): void {
    const descriptor = readDescriptor(this.#source, start, end);
    if ("expected" in descriptor) {
      this.#report(descriptor.offset, descriptor.expected, descriptor.offendingEnd);
      return;
    }
    if (!this.#isOpen || descriptor.name !== this.#family.name) {
      this.#endFamily();
      if (this.stopped) return;
      this.#startFamily(descriptor.nameStart, descriptor.nameEnd);
    } else if (this.#family.length > 0) {
      this.#report(start, "metadata before the samples of its family", end);
      return;
    }
    if (descriptor.keyword === "TYPE") this.#readType(descriptor, end);
    else if (descriptor.keyword === "UNIT") this.#readUnit(descriptor, end);
    else this.#readHelp(descriptor, end);
  }

  #readType({ nameStart, textStart }: Descriptor, end: number): void {
    const type = this.#source.octets(textStart, end);
    if (!isMetricType(type)) {
      this.#report(textStart, "a metric type", end);
    } else if (this.#hasType) {
      this.#report(nameStart, "one TYPE a family", end);
    } else {
      this.#hasType = true;
      this.#setType(type);
      this.#checkUnit(textStart, end);
    }
  }

  #readUnit({ name, nameStart, textStart }: Descriptor, end: number): void {
    const unit = this.#source.octets(textStart, end);
    if (!areNameCharacters(this.#source, textStart, end)) {
      this.#report(textStart, "a unit of a metric name's characters", end);
    } else if (this.#hasUnit) {
      this.#report(nameStart, "one UNIT a family", end);
    } else if (unit !== "" && !name.endsWith(`_${unit}`)) {
      this.#report(textStart, "a unit that the family's name ends with", end);
    } else {
      this.#hasUnit = true;
      this.#family.unit = unit;
      this.#checkUnit(textStart, end);
    }
  }

  /** "StateSet", "Info": the unit is empty. */
  #checkUnit(offset: number, end: number): void {
    const { type, unit } = this.#family;
    if (unit === "" || (type !== "info" && type !== "stateset")) return;
    this.#family.unit = "";
    this.#report(offset, `no unit in a family of type ${type}`, end);
  }

  #readHelp({ nameStart, textStart }: Descriptor, end: number): void {
    if (this.#hasHelp) {
      this.#report(nameStart, "one HELP a family", end);
      return;
    }
    this.#hasHelp = true;
    this.#family.help = unescape(this.#source.slice(textStart, end));
  }

  #checkPoint({ part, suffix }: SampleRules, isNew: boolean): void {
    if (isNew) {
      this.#endPoint();
      this.#point.start();
    }
    if (part === undefined) return;
    const expected = this.#point.add(part, this.#reader.value, suffix === "_bucket" ? this.#checker.threshold : NaN);
    if (expected !== undefined) this.#breakFamily(this.#line, this.#lineStart, expected);
  }

  #endPoint(): void {
    const expected = this.#point.end();
    if (expected !== undefined) this.#breakFamily(this.#familyLine, this.#familyLineStart, expected);
  }

  /** Reports the first rule that the family breaks. */
  #breakFamily(line: number, lineStart: number, expected: string): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    const { name } = this.#family;
    this.#problems.report(line, lineStart, lineStart, `${expected} in "${name}"`, this.#source.lineEnd(lineStart));
  }

  #endFamily(): void {
    if (!this.#isOpen) return;
    this.#endPoint();
    this.#isOpen = false;
    const family = this.#family;
    if (!this.#names.take(this.#nameStart, this.#nameStart + family.name.length, family.type)) {
      this.#breakFamily(this.#familyLine, this.#familyLineStart, "a family whose names no other family has");
    }
    if (this.#isBroken) return;
    this.families++;
    this.samples += family.length;
    if (this.#onFamily(family) === false) this.stopped = true;
  }

  #report(offset: number, expected: string, offendingEnd?: number): string {
    return this.#problems.report(this.#line, this.#lineStart, offset, expected, offendingEnd);
  }
}

function isMetricType(word: string): word is MetricType {
  return Object.hasOwn(RULES, word);
}
