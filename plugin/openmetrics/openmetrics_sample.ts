import { grown } from "./columns.ts";
import { mix, MULTIPLIER } from "./hash.ts";
import type { LabelSplitter } from "./labels.ts";
import { type ExemplarProblem, readExemplar } from "./openmetrics_exemplar.ts";
import { isStrictNumber, scanNumber } from "./number.ts";
import {
  BACKSLASH,
  CHARACTER,
  COMMA,
  EQUALS,
  HASH,
  LABEL_NAME,
  LABEL_NAME_INITIAL,
  LEFT_BRACE,
  LF,
  METRIC_NAME,
  METRIC_NAME_INITIAL,
  QUOTE,
  RIGHT_BRACE,
  type Source,
  SPACE,
} from "./source.ts";

const FIRST_CAPACITY = 16;
/** From so many labels on, repeated names are looked for with a set instead of by comparing all pairs. */
const MANY_LABELS = 32;

/**
 * Reads the sample lines of OpenMetrics 1.0, by `sample` of its ABNF. The fields describe the last line read. Label
 * names are compared with those of the line before, which nearly always are the same; only new ones are checked.
 */
export class OpenMetricsSampleReader {
  nameStart = 0;
  nameEnd = 0;
  /** The name is, byte by byte, that of {@linkcode expectName}. */
  isExpectedName = false;
  /** The label block lies between these offsets; both 0 without braces, the end -1 where it cannot be read. */
  labelsStart = 0;
  labelsEnd = 0;
  /** A hash of the label set, whatever the order of the labels, without and with the special label. */
  hash = 0;
  fullHash = 0;
  /** Where the value of the special label starts; -1 without that label. */
  specialStart = -1;
  specialEnd = -1;
  valueStart = 0;
  hasTimestamp = false;
  timestampStart = 0;
  /** Where the exemplar's `#` stands; 0 without exemplar. */
  exemplarStart = 0;
  exemplarValue = 0;
  /** What is wrong with the exemplar of a sample that can be read. */
  exemplarProblem: ExemplarProblem | undefined;
  /** Where the line is wrong, and what should stand there. */
  problemOffset = 0;
  problemEnd: number | undefined;
  expected = "";

  readonly #source: Source;
  readonly #splitter: LabelSplitter;
  /** Value, timestamp. */
  readonly #numbers = new Float64Array(2);
  #expectedStart = 0;
  #expectedLength = 0;
  #special = "";
  /** Labels of this line or, beyond {@linkcode #count}, of one before: where `name="` starts and ends. */
  #nameStarts = new Int32Array(FIRST_CAPACITY);
  #nameEnds = new Int32Array(FIRST_CAPACITY);
  #nameHashes = new Int32Array(FIRST_CAPACITY);
  #isSpecial = new Uint8Array(FIRST_CAPACITY);
  #known = 0;
  #valueHash = 0;

  constructor(source: Source, splitter: LabelSplitter) {
    this.#source = source;
    this.#splitter = splitter;
  }

  get value(): number {
    return this.#numbers[0]!;
  }

  /** Seconds since the epoch. */
  get timestamp(): number {
    return this.#numbers[1]!;
  }

  /** The name to compare the next lines' names with; a length of 0 for none. */
  expectName(start: number, length: number): void {
    this.#expectedStart = start;
    this.#expectedLength = length;
  }

  /** The label that tells samples of one metric apart (`le`, `quantile`, a state set's name); `""` for none. */
  setSpecialLabel(name: string): void {
    if (name === this.#special) return;
    this.#special = name;
    this.#known = 0;
  }

  /**
   * Reads the line that starts at `start`.
   *
   * @returns the offset of its line feed, or -1 when the line is not a sample
   */
  read(start: number): number {
    const bytes = this.#source.bytes;
    let offset = this.readName(start);
    if (offset === -1) return -1;
    if (bytes[offset] === LEFT_BRACE) {
      this.labelsStart = offset + 1;
      offset = this.#readLabels(offset + 1);
      if (offset === -1) return -1;
      this.labelsEnd = offset - 1;
    } else {
      this.labelsStart = 0;
      this.labelsEnd = 0;
      this.hash = 0;
      this.fullHash = 0;
      this.specialStart = -1;
    }
    if (bytes[offset] !== SPACE) return this.#fail(offset, "a space");
    const end = this.#readNumbers(offset + 1);
    // An exemplar has its own problems.
    const sampleEnd = this.exemplarStart === 0 ? end : this.exemplarStart;
    if (end !== -1 && !this.#source.isUtf8Between(start, sampleEnd)) return this.#fail(start, "UTF-8", sampleEnd);
    return end;
  }

  /** Reads the name with which a line starts; returns the offset after it, or -1. The line's labels are not known then. */
  readName(start: number): number {
    this.labelsStart = 0;
    this.labelsEnd = -1;
    const bytes = this.#source.bytes;
    const length = this.#expectedLength;
    const expected = this.#expectedStart - start;
    const end = start + length;
    let offset = start;
    while (offset < end && bytes[offset] === bytes[offset + expected]) offset++;
    this.nameStart = start;
    if (length > 0 && offset === end && (CHARACTER[bytes[offset]!]! & METRIC_NAME) === 0) {
      this.isExpectedName = true;
      this.nameEnd = offset;
      return offset;
    }
    this.isExpectedName = false;
    this.nameEnd = start;
    if ((CHARACTER[bytes[start]!]! & METRIC_NAME_INITIAL) === 0) return this.#fail(start, "a metric name");
    while ((CHARACTER[bytes[offset]!]! & METRIC_NAME) !== 0) offset++;
    this.nameEnd = offset;
    const byte = bytes[offset];
    return byte === SPACE || byte === LEFT_BRACE ? offset : this.#fail(offset, 'a space or "{"');
  }

  /** Reads `[label *(COMMA label)] "}"`; returns the offset after the brace. */
  #readLabels(start: number): number {
    const bytes = this.#source.bytes;
    let offset = start;
    let hash = 0;
    let specialHash = 0;
    this.specialStart = -1;
    let newNames = false;
    if (bytes[offset] !== RIGHT_BRACE) {
      for (let index = 0;; index++) {
        const nameStart = offset;
        let matches = false;
        if (index < this.#known) {
          let known = this.#nameStarts[index]!;
          const knownEnd = this.#nameEnds[index]!;
          while (known < knownEnd && bytes[known] === bytes[offset]) {
            known++;
            offset++;
          }
          matches = known === knownEnd;
        }
        if (!matches) {
          offset = this.#readLabelName(nameStart, index);
          if (offset === -1) return -1;
          newNames = true;
        }
        const valueStart = offset;
        offset = this.#readLabelValue(offset);
        if (offset === -1) return -1;
        const labelHash = mix(this.#valueHash + this.#nameHashes[index]!);
        hash = (hash + labelHash) | 0;
        if (this.#isSpecial[index] === 1) {
          specialHash = labelHash;
          this.specialStart = valueStart;
          this.specialEnd = offset;
        }
        const byte = bytes[++offset]!;
        offset++;
        if (byte === COMMA) continue;
        if (newNames && !this.#haveDistinctNames(index + 1)) return -1;
        if (byte === RIGHT_BRACE) break;
        return this.#fail(offset - 1, '"," or "}"');
      }
    } else {
      offset++;
    }
    this.fullHash = hash;
    this.hash = (hash - specialHash) | 0;
    return offset;
  }

  /** Reads `escaped-string` and hashes it; returns the offset of the closing quote. */
  #readLabelValue(start: number): number {
    const bytes = this.#source.bytes;
    const multiplier = MULTIPLIER;
    let offset = start;
    let hash = multiplier;
    let byte = bytes[offset]!;
    while (byte !== QUOTE) {
      if (byte === LF) return this.#fail(offset, "a closing quote");
      if (byte === BACKSLASH) {
        // `\x` is `\\x` but for the three escapes: both get the hash of the character that they stand for.
        const escape = bytes[offset + 1]!;
        if (escape === QUOTE || escape === BACKSLASH || escape === 110) {
          offset++;
          byte = escape === 110 ? LF : escape;
        }
      }
      hash = Math.imul(hash ^ byte, multiplier);
      byte = bytes[++offset]!;
    }
    this.#valueHash = hash;
    return offset;
  }

  /** Reads `label-name EQ DQUOTE` and keeps it as the name of label `index`; returns the offset after it. */
  #readLabelName(start: number, index: number): number {
    const bytes = this.#source.bytes;
    this.#known = index;
    if ((CHARACTER[bytes[start]!]! & LABEL_NAME_INITIAL) === 0) return this.#fail(start, "a label name");
    let offset = start;
    let hash = MULTIPLIER;
    while ((CHARACTER[bytes[offset]!]! & LABEL_NAME) !== 0) {
      hash = mix(hash ^ bytes[offset]!);
      offset++;
    }
    if (bytes[offset] !== EQUALS) return this.#fail(offset, '"="');
    if (bytes[offset + 1] !== QUOTE) return this.#fail(offset + 1, "an opening quote");
    if (index === this.#nameStarts.length) this.#grow();
    this.#nameStarts[index] = start;
    this.#nameEnds[index] = offset + 2;
    this.#nameHashes[index] = hash;
    this.#isSpecial[index] = this.#isSpecialName(start, offset) ? 1 : 0;
    this.#known = index + 1;
    return offset + 2;
  }

  #isSpecialName(start: number, end: number): boolean {
    return end - start === this.#special.length && this.#source.octets(start, end) === this.#special;
  }

  #haveDistinctNames(count: number): boolean {
    if (count > MANY_LABELS) return this.#haveManyDistinctNames(count);
    for (let second = 1; second < count; second++) {
      for (let first = 0; first < second; first++) {
        if (this.#nameHashes[first] === this.#nameHashes[second] && this.#name(first) === this.#name(second)) {
          return this.#failRepeatedName(second);
        }
      }
    }
    return true;
  }

  #haveManyDistinctNames(count: number): boolean {
    const names = new Set<string>();
    for (let index = 0; index < count; index++) {
      if (names.size === names.add(this.#name(index)).size) return this.#failRepeatedName(index);
    }
    return true;
  }

  /** OpenMetrics 1.0, "LabelSets": label names are unique within a label set. */
  #failRepeatedName(index: number): false {
    const start = this.#nameStarts[index]!;
    this.#fail(start, "a label name that was not used before", this.#nameEnds[index]! - 2);
    return false;
  }

  #name(index: number): string {
    return this.#source.octets(this.#nameStarts[index]!, this.#nameEnds[index]!);
  }

  /** Reads `number [SP timestamp] [exemplar] LF`; returns the offset of the line feed. */
  #readNumbers(start: number): number {
    const bytes = this.#source.bytes;
    this.hasTimestamp = false;
    this.exemplarStart = 0;
    this.exemplarProblem = undefined;
    this.valueStart = start;
    let offset = this.#readNumber(start, 0, "a value");
    if (offset === -1 || bytes[offset] === LF) return offset;
    if (bytes[offset] !== SPACE) return this.#fail(offset, "a space or the end of the line");
    if (bytes[offset + 1] !== HASH) {
      this.timestampStart = offset + 1;
      offset = this.#readNumber(offset + 1, 1, "a timestamp");
      if (offset === -1) return -1;
      if (!Number.isFinite(this.timestamp)) {
        return this.#fail(this.timestampStart, "a timestamp that is a finite number", offset);
      }
      this.hasTimestamp = true;
      if (bytes[offset] === LF) return offset;
      if (bytes[offset] !== SPACE) return this.#fail(offset, "a space or the end of the line");
    }
    if (bytes[offset + 1] !== HASH) return this.#fail(offset + 1, "an exemplar");
    this.exemplarStart = offset + 1;
    const exemplar = readExemplar(this.#source, this.#splitter, offset + 1);
    if ("expected" in exemplar) {
      this.exemplarProblem = exemplar;
      return this.#source.lineEnd(offset);
    }
    this.exemplarValue = exemplar.value;
    return exemplar.end;
  }

  #readNumber(start: number, index: 0 | 1, expected: string): number {
    const offset = scanNumber(this.#source, start, this.#numbers, index);
    if (offset === -1) return this.#fail(start, expected);
    if (isStrictNumber(this.#source.bytes, start, this.#numbers[index]!)) return offset;
    return this.#fail(start, `${expected} within a double's range, or NaN without a sign`, offset);
  }

  #fail(offset: number, expected: string, end?: number): -1 {
    this.problemOffset = offset;
    this.problemEnd = end;
    this.expected = expected;
    // The names of a line that failed were perhaps not compared with each other.
    this.#known = 0;
    return -1;
  }

  #grow(): void {
    const capacity = 2 * this.#nameStarts.length;
    this.#nameStarts = grown(this.#nameStarts, capacity);
    this.#nameEnds = grown(this.#nameEnds, capacity);
    this.#nameHashes = grown(this.#nameHashes, capacity);
    this.#isSpecial = grown(this.#isSpecial, capacity);
  }
}
