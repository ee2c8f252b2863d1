import { scanNumber } from "./number.ts";
import {
  checkExemplar,
  type Mismatch,
  scanLabels,
  scanNumberAndSpace,
  scanQuoted,
  skipSpace,
} from "./prometheus_scan.ts";
import {
  BACKSLASH,
  CHARACTER,
  COMMA,
  CR,
  EQUALS,
  HASH,
  LABEL_NAME_INITIAL,
  LEFT_BRACE,
  LF,
  METRIC_NAME,
  METRIC_NAME_INITIAL,
  QUOTE,
  RIGHT_BRACE,
  type Source,
  SPACE,
  TAB,
  TOLERANT_LABEL_NAME,
} from "./source.ts";

const MILLISECONDS = 1000;
const L = 108;
const E = 101;

/**
 * Reads the sample lines of Prometheus' text format ("Comments, help text, and type information"):
 * `metric_name [ "{" label_name "=" "\"" label_value "\"" { "," … } [ "," ] "}" ] value [ timestamp ]`, where quoted names may
 * stand as version 1.0.0 has them: `{"metric.name", "label.name"="value"} value`. The fields describe the last line read.
 */
export class PrometheusSampleReader {
  /** Both 0 where the name cannot be read. */
  nameStart = 0;
  nameEnd = 0;
  /** The name is, byte by byte, that of {@linkcode expectName}. */
  isExpectedName = false;
  /** The label block lies between these offsets; both 0 without braces, the end -1 where it cannot be read. */
  labelsStart = 0;
  labelsEnd = 0;
  /** There is a label `le`. */
  hasBound = false;
  hasTimestamp = false;
  /** Where the line is wrong, and what should stand there. */
  problem: Mismatch | undefined;
  /** What is wrong with the exemplar of a sample that can be read. */
  exemplarProblem: Mismatch | undefined;
  readonly #source: Source;
  /** Value, timestamp. */
  readonly #numbers = new Float64Array(2);
  #expectedStart = 0;
  #expectedLength = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  get value(): number {
    return this.#numbers[0]!;
  }

  /** Seconds since the epoch; the text has milliseconds. */
  get timestamp(): number {
    return this.#numbers[1]! / MILLISECONDS;
  }

  /** The plain name to compare the next lines' names with, as most are that of the line before; a length of 0 for none. */
  expectName(start: number, length: number): void {
    this.#expectedStart = start;
    this.#expectedLength = length;
  }

  /**
   * Reads a line as nearly every exporter writes it.
   *
   * @returns the offset of its line feed; -1 for any other line, which {@linkcode readAny} is for
   */
  readPlain(start: number): number {
    const bytes = this.#source.bytes;
    const length = this.#expectedLength;
    const shift = this.#expectedStart - start;
    const end = start + length;
    let offset = start;
    while (offset < end && bytes[offset] === bytes[offset + shift]) offset++;
    this.isExpectedName = length > 0 && offset === end && (CHARACTER[bytes[offset]!]! & METRIC_NAME) === 0;
    if (!this.isExpectedName) {
      if ((CHARACTER[bytes[start]!]! & METRIC_NAME_INITIAL) === 0) return -1;
      while ((CHARACTER[bytes[offset]!]! & METRIC_NAME) !== 0) offset++;
    }
    this.nameStart = start;
    this.nameEnd = offset;
    this.hasBound = false;
    let byte = bytes[offset]!;
    if (byte !== LEFT_BRACE) {
      if (byte !== SPACE) return -1;
      while (bytes[offset] === SPACE) offset++;
      byte = bytes[offset]!;
    }
    if (byte === LEFT_BRACE) {
      this.labelsStart = ++offset;
      offset = this.#plainLabelsEnd(offset);
      if (offset === -1) return -1;
      this.labelsEnd = offset++;
    } else {
      this.labelsStart = 0;
      this.labelsEnd = 0;
    }
    return this.#plainNumbers(offset);
  }

  /** The offset of the closing brace of a block without oddities that starts at `start`, or -1. */
  #plainLabelsEnd(start: number): number {
    const bytes = this.#source.bytes;
    let offset = start;
    let byte = bytes[offset]!;
    while (byte !== RIGHT_BRACE) {
      while (byte === SPACE) byte = bytes[++offset]!;
      if ((CHARACTER[byte]! & LABEL_NAME_INITIAL) === 0) return -1;
      if (byte === L && bytes[offset + 1] === E && bytes[offset + 2] === EQUALS) this.hasBound = true;
      while ((CHARACTER[byte]! & TOLERANT_LABEL_NAME) !== 0) byte = bytes[++offset]!;
      if (byte !== EQUALS || bytes[offset + 1] !== QUOTE) return -1;
      offset += 2;
      byte = bytes[offset]!;
      while (byte !== QUOTE) {
        if (byte === LF) return -1;
        offset += byte === BACKSLASH && bytes[offset + 1] !== LF ? 2 : 1;
        byte = bytes[offset]!;
      }
      byte = bytes[++offset]!;
      if (byte === COMMA) {
        byte = bytes[++offset]!;
        while (byte === SPACE) byte = bytes[++offset]!;
      } else if (byte !== RIGHT_BRACE) {
        return -1;
      }
    }
    return offset;
  }

  /** Reads value and timestamp up to the line feed. */
  #plainNumbers(start: number): number {
    const source = this.#source;
    const bytes = source.bytes;
    this.hasTimestamp = false;
    let offset = start;
    while (bytes[offset] === SPACE || bytes[offset] === TAB) offset++;
    offset = scanNumber(source, offset, this.#numbers, 0);
    if (offset === -1) return -1;
    if (bytes[offset] === LF) return offset;
    const valueEnd = offset;
    while (bytes[offset] === SPACE || bytes[offset] === TAB) offset++;
    if (bytes[offset] === CR && bytes[offset + 1] === LF) return offset + 1;
    if (bytes[offset] === LF) return offset;
    if (offset === valueEnd) return -1;
    this.hasTimestamp = true;
    offset = scanNumber(source, offset, this.#numbers, 1);
    if (offset === -1 || !Number.isFinite(this.#numbers[1])) return -1;
    while (bytes[offset] === SPACE || bytes[offset] === TAB) offset++;
    if (bytes[offset] === CR && bytes[offset + 1] === LF) offset++;
    return bytes[offset] === LF ? offset : -1;
  }

  /**
   * Reads any line: with white space wherever the Agent lets it pass, with quoted names, with an exemplar.
   *
   * @param start the offset of its first byte that is not white space
   * @returns the offset of its line feed, or -1 when the line is not a sample
   */
  readAny(start: number): number {
    this.nameStart = 0;
    this.nameEnd = 0;
    this.isExpectedName = false;
    this.labelsStart = 0;
    this.labelsEnd = -1;
    this.hasBound = false;
    this.hasTimestamp = false;
    this.exemplarProblem = undefined;
    const bytes = this.#source.bytes;
    let offset = start;
    if ((CHARACTER[bytes[offset]!]! & METRIC_NAME_INITIAL) !== 0) {
      while ((CHARACTER[bytes[offset]!]! & METRIC_NAME) !== 0) offset++;
      const nameEnd = offset;
      offset = skipSpace(bytes, offset);
      if (bytes[offset] === LF) return this.#fail(offset, "white space and a value");
      if (offset === nameEnd && bytes[offset] !== LEFT_BRACE) return this.#fail(offset, 'white space or "{"');
      this.nameStart = start;
      this.nameEnd = nameEnd;
    } else if (bytes[offset] !== LEFT_BRACE) {
      return this.#fail(offset, "a metric name");
    }
    if (bytes[offset] === LEFT_BRACE) {
      offset = this.#readBraces(start, offset + 1);
      if (offset === -1) return -1;
    } else {
      this.labelsEnd = 0;
    }
    return this.#readNumbers(skipSpace(bytes, offset));
  }

  /** Reads the name alone with which a line starts; whether it has one. The line's labels are not known then. */
  readName(start: number): boolean {
    const bytes = this.#source.bytes;
    this.labelsStart = 0;
    this.labelsEnd = -1;
    let offset = start;
    if ((CHARACTER[bytes[start]!]! & METRIC_NAME_INITIAL) !== 0) {
      while ((CHARACTER[bytes[offset]!]! & METRIC_NAME) !== 0) offset++;
    }
    this.nameStart = start;
    this.nameEnd = offset;
    return offset > start;
  }

  /** Reads a quoted metric name, if there is one, and labels; returns the offset after the closing brace. */
  #readBraces(lineStart: number, start: number): number {
    const bytes = this.#source.bytes;
    let labelsStart = start;
    const first = skipSpace(bytes, start);
    if (bytes[first] === QUOTE) {
      const quote = scanQuoted(bytes, first + 1);
      if (quote === -1) return this.#fail(this.#source.lineEnd(first), "a closing quote");
      const after = skipSpace(bytes, quote + 1);
      if (bytes[after] !== EQUALS) {
        if (this.nameEnd > 0) return this.#fail(after, '"="');
        if (bytes[after] !== COMMA && bytes[after] !== RIGHT_BRACE) return this.#fail(after, '"," or "}"');
        if (quote === first + 1) return this.#fail(first, "a metric name");
        this.nameStart = first + 1;
        this.nameEnd = quote;
        labelsStart = bytes[after] === COMMA ? after + 1 : after;
      }
    }
    if (this.nameEnd === 0) return this.#fail(lineStart, "a metric name");
    const labelsEnd = scanLabels(bytes, labelsStart, (nameStart, nameEnd) => {
      if (nameEnd === nameStart + 2 && bytes[nameStart] === L && bytes[nameStart + 1] === E) this.hasBound = true;
    });
    if (typeof labelsEnd !== "number") return this.#fail(labelsEnd.offset, labelsEnd.expected);
    this.labelsStart = labelsStart;
    this.labelsEnd = labelsEnd;
    return labelsEnd + 1;
  }

  #readNumbers(start: number): number {
    const bytes = this.#source.bytes;
    let offset = scanNumberAndSpace(this.#source, start, this.#numbers, 0);
    if (offset === -1) return this.#fail(start, "a value");
    if (bytes[offset] !== LF && bytes[offset] !== HASH) {
      const timestampStart = offset;
      offset = scanNumberAndSpace(this.#source, timestampStart, this.#numbers, 1);
      if (offset === -1 || !Number.isFinite(this.#numbers[1])) return this.#fail(timestampStart, "a timestamp");
      this.hasTimestamp = true;
    }
    if (bytes[offset] === LF) return offset;
    if (bytes[offset] !== HASH) return this.#fail(offset, "the end of the line");
    this.exemplarProblem = checkExemplar(this.#source, offset);
    return this.#source.lineEnd(offset);
  }

  #fail(offset: number, expected: string): -1 {
    this.problem = { offset, expected };
    return -1;
  }
}
