import { Family, type FamilyParts, readName } from "./family.ts";
import { LabelSplitter } from "./labels.ts";
import type { Parser } from "./parser.ts";
import type { Problems } from "./problems.ts";
import { PrometheusFamilies } from "./prometheus_families.ts";
import { withoutRepeatedNames } from "./prometheus_labels.ts";
import { PrometheusMetadataReader, unescapeHelp } from "./prometheus_metadata.ts";
import { PrometheusSampleReader } from "./prometheus_sample.ts";
import { skipSpace } from "./prometheus_scan.ts";
import { BUCKET, COUNTER_SUFFIXES, PLAIN, SUFFIXES, TOTAL, TYPES } from "./prometheus_types.ts";
import { Samples } from "./samples.ts";
import { type SkippedPlace, SkippedSamples } from "./skipped_samples.ts";
import { HASH, LF, type Source } from "./source.ts";
import type { OnFamily, SkippedSample } from "./types.ts";

/** What is shown of one family after the other. */
type Parts = { -readonly [Name in keyof FamilyParts]: FamilyParts[Name] };

/** Bytes of a line: room for the samples of most texts is made at once (bench: parsers, medium). */
const USUAL_LINE = 80;

/**
 * Prometheus' text format 0.0.4 ("Exposition formats", "Text-based format") with the quoted names of 1.0.0. What stands in a
 * line is read as tolerantly as the Agent's parser reads it (`prometheus_client.parser`), but nothing that the format does not
 * have is taken for a name, a label or a value. Families are put together from all their lines and delivered at the end.
 */
export class PrometheusParser implements Parser {
  families = 0;
  samples = 0;
  isStopped = false;
  readonly isDone = false;
  readonly #source: Source;
  readonly #problems: Problems;
  readonly #onFamily: OnFamily;
  readonly #maxSamples: number;
  readonly #tooMany: string;
  readonly #reader: PrometheusSampleReader;
  readonly #metadata: PrometheusMetadataReader;
  readonly #samples: Samples;
  readonly #families: PrometheusFamilies;
  readonly #skipped = new SkippedSamples();
  readonly #splitter = new LabelSplitter();
  readonly #family: Family;
  readonly #parts: Parts = {
    name: "",
    type: "unknown",
    unit: "",
    helpStart: 0,
    helpEnd: 0,
    base: "",
    suffixes: SUFFIXES,
    first: 0,
    length: 0,
    skipped: undefined,
  };
  readonly #readSkippedPlace = (place: SkippedPlace): SkippedSample => this.#readSkipped(place);
  /** The code of samples with the name that the reader expects. */
  #expectedCode = PLAIN;

  constructor(source: Source, problems: Problems, onFamily: OnFamily, maxSamples: number) {
    this.#source = source;
    this.#problems = problems;
    this.#onFamily = onFamily;
    this.#maxSamples = maxSamples;
    this.#tooMany = `at most ${maxSamples} samples`;
    this.#samples = new Samples(Math.trunc(source.bytes.length / USUAL_LINE), maxSamples);
    this.#reader = new PrometheusSampleReader(source);
    this.#metadata = new PrometheusMetadataReader(source);
    this.#families = new PrometheusFamilies(source, this.#samples);
    this.#family = new Family(source, this.#samples, {
      splitLabels: (block) => this.#splitLabels(block),
      readHelp: unescapeHelp,
    });
  }

  /** Editors on some systems write one; nothing is said against it. */
  readByteOrderMark(): void {}

  readBlank(): void {}

  readComment(start: number, end: number): void {
    const metadata = this.#metadata;
    const line = metadata.read(start, end);
    if (line === "comment") return;
    if (typeof line === "object") {
      this.#problems.skip(metadata.problemOffset, line.expected, end);
      return;
    }
    const { nameStart, nameEnd, textStart, textEnd } = metadata;
    if (metadata.isHelp) {
      this.#families.announce(nameStart, nameEnd);
      this.#reader.expectName(0, 0);
      this.#families.setHelp(textStart, textEnd);
    } else {
      this.#readType(nameStart, nameEnd, textStart, textEnd);
    }
  }

  readSample(start: number): number {
    const reader = this.#reader;
    const end = reader.readPlain(start);
    if (end === -1) return this.#readOdd(start);
    if (reader.isExpectedName) {
      this.#take(this.#expectedCode, end);
    } else {
      const code = this.#families.enter(reader.nameStart, reader.nameEnd);
      reader.expectName(reader.nameStart, reader.nameEnd - reader.nameStart);
      this.#expectedCode = code;
      this.#take(code, end);
    }
    return end;
  }

  skipLine(start: number, reason: string): void {
    const first = skipSpace(this.#source.bytes, start);
    if (this.#reader.readName(first)) this.#skip(reason);
    else this.#skipUnnamed(first, reason);
  }

  finish(): void {
    this.#families.finish();
    const end = this.#samples.length;
    for (let family = 0; family < this.#families.size && !this.isStopped; family++) {
      this.#deliver(family);
      this.#samples.length = end;
    }
  }

  #readType(nameStart: number, nameEnd: number, textStart: number, textEnd: number): void {
    const type = TYPES.get(this.#source.octets(textStart, textEnd));
    this.#families.announce(nameStart, nameEnd);
    this.#reader.expectName(0, 0);
    if (type === undefined) {
      this.#problems.skip(textStart, "a metric type", textEnd);
    } else if (type === "counter" && nameEnd - nameStart === TOTAL.length && this.#source.endsWith(nameEnd, TOTAL)) {
      this.#problems.skip(nameStart, `a name before "${TOTAL}"`, nameEnd);
    } else if (this.#families.setType(type)) {
      this.#problems.report(textStart, "the type that the family had before", textEnd);
    }
  }

  /** Takes the sample that was read, whose line ends at `end`. */
  #take(code: number, end: number): void {
    const reader = this.#reader;
    if (code === BUCKET && !reader.hasBound) {
      this.#skip(this.#problems.skip(reader.labelsStart || reader.nameEnd, 'a label "le"', end));
    } else if (this.#samples.length >= this.#maxSamples) {
      this.#skip(this.#problems.skip(reader.nameStart, this.#tooMany, end));
    } else {
      this.#samples.push(code, reader.labelsStart, reader.labelsEnd, reader.value);
      if (reader.hasTimestamp) this.#samples.stamp(reader.timestamp);
    }
  }

  /** Reads a line that is not plain: blank, metadata after white space, a sample of another form, or none. */
  #readOdd(start: number): number {
    const reader = this.#reader;
    const first = skipSpace(this.#source.bytes, start);
    const byte = this.#source.bytes[first];
    if (byte === LF) return first;
    const lineEnd = this.#source.lineEnd(first);
    if (byte === HASH) {
      this.readComment(first, lineEnd);
    } else if (reader.readAny(first) !== -1) {
      reader.expectName(0, 0);
      this.#take(this.#families.enter(reader.nameStart, reader.nameEnd), lineEnd);
      const bad = reader.exemplarProblem;
      if (bad !== undefined) this.#problems.report(bad.offset, bad.expected, lineEnd);
    } else {
      const { offset = first, expected = "a sample" } = reader.problem ?? {};
      const reason = this.#problems.skip(offset, expected, lineEnd);
      if (reader.nameEnd > 0) this.#skip(reason);
      else this.#skipUnnamed(first, reason);
    }
    return lineEnd;
  }

  /** Tells the family of the reader's line that it lacks a sample. */
  #skip(reason: string): void {
    if (this.#skipped.isComplete) return;
    const { nameStart, nameEnd, labelsStart, labelsEnd } = this.#reader;
    const family = this.#families.find(nameStart, nameEnd);
    if (family === -1) return;
    if (!this.#skipped.isListed) {
      this.#skipped.addUnlisted(family);
      return;
    }
    const name = readName(this.#source, nameStart, nameEnd);
    this.#skipped.add(family, { name, labelsStart, labelsEnd, line: this.#problems.line, reason });
  }

  /**
   * A line whose name cannot be read: it counts as the current family's where it starts as that family's lines do.
   *
   * @param start the offset of its first byte, or of the first one that is not white space
   */
  #skipUnnamed(start: number, reason: string): void {
    const family = this.#families.current;
    if (family === -1) return;
    const nameStart = this.#families.nameStart(family);
    const length = this.#families.nameEnd(family) - nameStart;
    if (!this.#source.areSame(start, nameStart, length)) return;
    if (!this.#skipped.isListed) {
      this.#skipped.addUnlisted(family);
      return;
    }
    const name = readName(this.#source, nameStart, nameStart + length);
    this.#skipped.add(family, { name, labelsStart: 0, labelsEnd: -1, line: this.#problems.line, reason });
  }

  #deliver(number: number): void {
    const families = this.#families;
    const type = families.type(number);
    const nameStart = families.nameStart(number);
    const nameEnd = families.nameEnd(number);
    const base = readName(this.#source, nameStart, nameEnd);
    const hasTotal = type === "counter" && base.endsWith(TOTAL);
    const length = families.count(number);
    // One object for all: a text may have a million families.
    const parts = this.#parts;
    parts.name = hasTotal ? base.slice(0, -TOTAL.length) : base;
    parts.type = type;
    parts.helpStart = families.helpStart(number);
    parts.helpEnd = families.helpEnd(number);
    parts.base = base;
    parts.suffixes = type === "counter" && !hasTotal ? COUNTER_SUFFIXES : SUFFIXES;
    parts.first = families.gather(number);
    parts.length = length;
    parts.skipped = this.#skipped.of(number, base, this.#readSkippedPlace);
    this.#family.show(parts);
    this.families++;
    this.samples += length;
    if (this.#onFamily(this.#family) === false) this.isStopped = true;
  }

  #readSkipped({ name, labelsStart, labelsEnd, line, reason }: SkippedPlace): SkippedSample {
    const labels = labelsEnd === -1 ? undefined : this.#splitLabels(this.#source.slice(labelsStart, labelsEnd));
    return { name, labels, line, reason };
  }

  #splitLabels(block: string): string[] {
    const labels = this.#splitter.split(block);
    if (!this.#splitter.mayRepeat) return labels;
    const { length } = labels;
    const once = withoutRepeatedNames(labels);
    if (once.length === length) this.#splitter.areDistinct(once);
    return once;
  }
}
