import { FamilyColumns } from "./family.ts";
import type { Problems } from "./problems.ts";
import { splitTolerantLabels } from "./prometheus_labels.ts";
import { type Metadata, readMetadata } from "./prometheus_metadata.ts";
import { PrometheusSampleReader } from "./prometheus_sample.ts";
import { CHARACTER, HASH, LEFT_BRACE, LF, METRIC_NAME, type Source, WHITE_SPACE } from "./source.ts";
import type { MetricType, OnFamily } from "./types.ts";

const TOTAL = "_total";

/** The types that a TYPE line may name, and what they are in OpenMetrics' words. */
const TYPES = new Map<string, MetricType>([
  ["counter", "counter"],
  ["gauge", "gauge"],
  ["histogram", "histogram"],
  ["summary", "summary"],
  ["untyped", "unknown"],
  ["unknown", "unknown"],
  ["gaugehistogram", "gaugehistogram"],
  ["info", "info"],
  ["stateset", "stateset"],
]);

/** What sample names may add to the family's ("Histograms and summaries"); nothing for every other type. */
const SUFFIXES = new Map<string, readonly string[]>([
  ["summary", ["_count", "_sum", ""]],
  ["histogram", ["_count", "_sum", "_bucket"]],
]);
const NO_SUFFIX: readonly string[] = [""];

/**
 * Prometheus' text format 0.0.4 ("Exposition formats", "Text-based format"), grouped into families as the reference
 * does: HELP or TYPE with another name starts a family, a sample with a name that the family cannot have ends it and is
 * a family of its own, of unknown type.
 */
export class PrometheusParser {
  families = 0;
  samples = 0;
  stopped = false;
  readonly #source: Source;
  readonly #problems: Problems;
  readonly #onFamily: OnFamily;
  readonly #maxLineLength: number;
  readonly #reader: PrometheusSampleReader;
  readonly #family: FamilyColumns;
  /** The name that HELP and TYPE gave; empty between families. */
  #name = "";
  /** The word of the TYPE line, and where it stands: it is judged when the family ends, as a later one overrides it. */
  #type = "untyped";
  #typeLine = 0;
  #typeLineStart = 0;
  #typeOffset = 0;
  #allowedNames: string[] = [];
  /** The name of the family's last sample, as offsets and as index; a length of 0 when there is none. */
  #lastNameStart = 0;
  #lastNameLength = 0;
  #lastNameIndex = 0;
  #line = 0;
  #lineStart = 0;

  constructor(source: Source, problems: Problems, onFamily: OnFamily, maxLineLength: number) {
    this.#source = source;
    this.#problems = problems;
    this.#onFamily = onFamily;
    this.#maxLineLength = maxLineLength;
    this.#reader = new PrometheusSampleReader(source);
    this.#family = new FamilyColumns(source, (block) => splitTolerantLabels(block) ?? []);
  }

  /** Reads all lines, or those up to a callback's `false`. */
  run(): void {
    const { bytes } = this.#source;
    const end = bytes.length;
    const longLines = end > this.#maxLineLength;
    let start = 0;
    while (start < end && !this.stopped) {
      this.#line++;
      this.#lineStart = start;
      if (longLines && this.#isTooLong(start)) {
        start = this.#source.lineEnd(start) + 1;
        continue;
      }
      let first = start;
      let byte = bytes[first]!;
      while ((CHARACTER[byte]! & WHITE_SPACE) !== 0) byte = bytes[++first]!;
      if (byte === LF) {
        start = first + 1;
      } else if (byte === HASH) {
        const lineEnd = this.#source.lineEnd(first);
        this.#readMetadata(first, lineEnd);
        start = lineEnd + 1;
      } else {
        start = this.#readSample(start) + 1;
      }
    }
    if (!this.stopped) this.#endFamily();
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
      const lineEnd = this.#source.lineEnd(start);
      this.#skipSample(start, this.#report(reader.problemOffset, reader.expected, lineEnd));
      return lineEnd;
    }
    let index = this.#lastNameIndex;
    if (!this.#isLastName(reader.nameStart, reader.nameEnd - reader.nameStart)) {
      const name = this.#source.slice(reader.nameStart, reader.nameEnd);
      if (!this.#allowedNames.includes(name)) {
        this.#readSingleton(name);
        return end;
      }
      index = this.#family.nameIndex(name);
      this.#lastNameIndex = index;
      this.#lastNameStart = reader.nameStart;
      this.#lastNameLength = reader.nameEnd - reader.nameStart;
    }
    this.#push(index);
    return end;
  }

  /** Tells the family which of its samples a line was to be that cannot be read. */
  #skipSample(start: number, reason: string): void {
    const bytes = this.#source.bytes;
    let nameStart = start;
    while ((CHARACTER[bytes[nameStart]!]! & WHITE_SPACE) !== 0) nameStart++;
    let offset = nameStart;
    while ((CHARACTER[bytes[offset]!]! & METRIC_NAME) !== 0) offset++;
    const name = this.#source.octets(nameStart, offset);
    if (!this.#allowedNames.includes(name)) return;
    while ((CHARACTER[bytes[offset]!]! & WHITE_SPACE) !== 0) offset++;
    const labelsEnd = bytes[offset] === LEFT_BRACE ? this.#reader.plainLabelsEnd(offset + 1) : offset + 1;
    this.#family.skip(name, offset + 1, labelsEnd, this.#line, reason);
  }

  #push(nameIndex: number): void {
    const reader = this.#reader;
    this.#family.push(nameIndex, reader.labelsStart, reader.labelsEnd, reader.value);
    if (reader.hasTimestamp) this.#family.stamp(reader.timestamp);
  }

  #isLastName(start: number, length: number): boolean {
    if (length === 0 || length !== this.#lastNameLength) return false;
    const bytes = this.#source.bytes;
    const last = this.#lastNameStart;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== bytes[last + i]) return false;
    return true;
  }

  /** A sample that belongs to no family that HELP or TYPE announced. */
  #readSingleton(name: string): void {
    this.#endFamily();
    this.#startFamily("");
    if (this.stopped) return;
    if (name === "") {
      this.#report(this.#reader.nameStart, "a metric name");
      return;
    }
    const family = this.#family;
    family.start(name);
    this.#push(family.nameIndex(name));
    this.#deliver();
  }

  #readMetadata(start: number, end: number): void {
    const metadata = readMetadata(this.#source, start, end);
    if (metadata === undefined) return;
    if ("expected" in metadata) {
      this.#report(metadata.offset, metadata.expected, end);
      return;
    }
    const isNew = metadata.name !== this.#name;
    if (isNew) {
      this.#endFamily();
      this.#startFamily(metadata.name);
    }
    if (metadata.keyword === "HELP") {
      if (isNew) this.#allowedNames = [metadata.name];
      this.#family.help = metadata.text;
    } else {
      this.#setType(metadata);
    }
  }

  #setType(metadata: Metadata): void {
    this.#type = metadata.text;
    this.#typeLine = this.#line;
    this.#typeLineStart = this.#lineStart;
    this.#typeOffset = metadata.offset;
    this.#allowedNames = (SUFFIXES.get(metadata.text) ?? NO_SUFFIX).map((suffix) => metadata.name + suffix);
    this.#lastNameLength = 0;
  }

  #startFamily(name: string): void {
    this.#name = name;
    this.#type = "untyped";
    this.#allowedNames = [];
    this.#lastNameLength = 0;
    this.#family.start(name);
  }

  /** Delivers the family that HELP and TYPE announced, if there is one. */
  #endFamily(): void {
    if (this.#name === "" || this.stopped) return;
    const family = this.#family;
    family.type = this.#knownType();
    if (family.type === "counter") this.#nameCounter(family);
    if (family.name === "") {
      this.#problems.report(this.#typeLine, this.#typeLineStart, this.#typeOffset, `a name before "${TOTAL}"`);
    } else {
      this.#deliver();
    }
  }

  #knownType(): MetricType {
    const type = TYPES.get(this.#type);
    if (type !== undefined) return type;
    const end = this.#source.lineEnd(this.#typeOffset);
    this.#problems.report(this.#typeLine, this.#typeLineStart, this.#typeOffset, "a metric type", end);
    return "unknown";
  }

  /** OpenMetrics' naming: `_total` belongs to a counter's samples, not to its family. */
  #nameCounter(family: FamilyColumns): void {
    if (family.name.endsWith(TOTAL)) {
      family.name = family.name.slice(0, -TOTAL.length);
    } else {
      family.sampleNames.forEach((name, index) => family.sampleNames[index] = name + TOTAL);
    }
  }

  #deliver(): void {
    this.families++;
    this.samples += this.#family.length;
    if (this.#onFamily(this.#family) === false) this.stopped = true;
  }

  #report(offset: number, expected: string, offendingEnd?: number): string {
    return this.#problems.report(this.#line, this.#lineStart, offset, expected, offendingEnd);
  }
}
