import { grown } from "./columns.ts";
import { mix, MULTIPLIER } from "./hash.ts";
import {
  BACKSLASH,
  CHARACTER,
  COMMA,
  EQUALS,
  LABEL_NAME,
  LABEL_NAME_INITIAL,
  LF,
  QUOTE,
  RIGHT_BRACE,
  type Source,
} from "./source.ts";

const FIRST_CAPACITY = 16;
/** From so many labels on, repeated names are looked for with a set instead of by comparing all pairs. */
const MANY_LABELS = 32;

/**
 * Reads the labels of samples, by `labels` of OpenMetrics 1.0's ABNF, and hashes them. The fields describe the last ones
 * read. Names are compared with those of the line before, which nearly always are the same; only new ones are checked.
 */
export class OpenMetricsLabelReader {
  /** A hash of the label set, whatever the order of the labels, without and with the special label. */
  hash = 0;
  fullHash = 0;
  /** Where the value of the special label starts; -1 without that label. */
  specialStart = -1;
  specialEnd = -1;
  /**
   * Where the labels start whose names and values, but for the special label, these are byte by byte; those of two samples
   * with the same start are the same. -1: there are no labels.
   */
  patternStart = -1;
  /** Where the labels are wrong, and what should stand there. */
  problemOffset = 0;
  problemEnd: number | undefined;
  expected = "";

  readonly #source: Source;
  #special = "";
  /** Labels of this line or, beyond {@linkcode #known}, of one before: where `name="` starts and ends. */
  #nameStarts = new Int32Array(FIRST_CAPACITY);
  #nameEnds = new Int32Array(FIRST_CAPACITY);
  #nameHashes = new Int32Array(FIRST_CAPACITY);
  #isSpecial = new Uint8Array(FIRST_CAPACITY);
  #known = 0;
  #valueHash = 0;
  /** What labels before the special one take from {@linkcode patternStart} on, with its `name="`; 0: not the pattern of others. */
  #patternLength = 0;
  /** What they take without `,name="`. */
  #bareLength = 0;
  #patternHash = 0;
  #specialNameHash = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  /** The label that tells samples of one metric apart (`le`, `quantile`, a state set's name); `""` for none. */
  setSpecialLabel(name: string): void {
    if (name === this.#special) return;
    this.#special = name;
    this.#known = 0;
    this.#patternLength = 0;
  }

  /** There are no labels. */
  clear(): void {
    this.hash = 0;
    this.fullHash = 0;
    this.specialStart = -1;
    this.patternStart = -1;
    this.#patternLength = 0;
  }

  /** Reads `[label *(COMMA label)] "}"`; returns the offset after the brace, or -1. */
  read(start: number): number {
    const end = this.#patternLength === 0 ? -1 : this.#readByPattern(start);
    return end === -1 ? this.#readAll(start) : end;
  }

  /**
   * Reads labels that, but for the value of the special label at their end, are those of the pattern: of a histogram's
   * lines nearly all (bench: histograms). Returns -1 when they are not.
   */
  #readByPattern(start: number): number {
    const bytes = this.#source.bytes;
    const length = this.#source.sameLength(start, this.patternStart, this.#patternLength);
    const offset = start + length;
    const hash = this.#patternHash;
    if (length < this.#patternLength) {
      // Those of a count or a sum, which lack the special label.
      if (length !== this.#bareLength || bytes[offset] !== RIGHT_BRACE) return -1;
      this.specialStart = -1;
      this.hash = hash;
      this.fullHash = hash;
      return offset + 1;
    }
    const valueEnd = this.#readLabelValue(offset);
    if (valueEnd === -1 || bytes[valueEnd + 1] !== RIGHT_BRACE) return -1;
    this.specialStart = offset;
    this.specialEnd = valueEnd;
    this.hash = hash;
    this.fullHash = (hash + mix(this.#valueHash + this.#specialNameHash)) | 0;
    return valueEnd + 2;
  }

  /** Reads labels one by one; they are the pattern of those to come if the special label is their last. */
  #readAll(start: number): number {
    const bytes = this.#source.bytes;
    let offset = start;
    let hash = 0;
    let specialHash = 0;
    let specialNameHash = 0;
    let specialNameStart = 0;
    this.specialStart = -1;
    this.patternStart = start;
    this.#patternLength = 0;
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
          specialNameHash = this.#nameHashes[index]!;
          specialNameStart = nameStart;
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
    const isSpecialLast = this.specialStart !== -1 && this.specialEnd + 2 === offset;
    if (isSpecialLast) {
      this.#patternLength = this.specialStart - start;
      this.#bareLength = specialNameStart - 1 - start;
      this.#patternHash = this.hash;
      this.#specialNameHash = specialNameHash;
    }
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
