import { scanNumber } from "./number.ts";
import { splitTolerantLabels } from "./prometheus_labels.ts";
import {
  BACKSLASH,
  CHARACTER,
  COMMA,
  CR,
  EQUALS,
  LABEL_NAME,
  LEFT_BRACE,
  LF,
  METRIC_NAME,
  QUOTE,
  RIGHT_BRACE,
  type Source,
  SPACE,
  TAB,
} from "./source.ts";
import { strip } from "./white_space.ts";

/** `int()` and `float()` of Python on a text without white space, hexadecimal and underscores excluded. */
const NUMBER = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|inf|infinity|nan)$/i;
const MILLISECONDS = 1000;

/**
 * Reads the sample lines of Prometheus' text format ("Comments, help text, and type information"):
 * `metric_name [ "{" label_name "=" "\"" label_value "\"" { "," … } [ "," ] "}" ] value [ timestamp ]`.
 * The fields describe the last line read.
 */
export class PrometheusSampleReader {
  nameStart = 0;
  nameEnd = 0;
  /** The label block lies between these offsets; both 0 without braces. */
  labelsStart = 0;
  labelsEnd = 0;
  hasTimestamp = false;
  /** Where the line is wrong, and what should stand there. */
  problemOffset = 0;
  expected = "";
  readonly #source: Source;
  /** Value, timestamp. */
  readonly #numbers = new Float64Array(2);

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

  /**
   * Reads the line that starts at `start`.
   *
   * @returns the offset of its line feed, or -1 when the line is not a sample
   */
  read(start: number): number {
    const end = this.#readPlain(start);
    return end === -1 ? this.#readOdd(start, this.#source.lineEnd(start)) : end;
  }

  /** Reads a line as nearly every exporter writes it; -1 for any other. */
  #readPlain(start: number): number {
    const bytes = this.#source.bytes;
    let offset = start;
    while (bytes[offset] === SPACE) offset++;
    this.nameStart = offset;
    while ((CHARACTER[bytes[offset]!]! & METRIC_NAME) !== 0) offset++;
    if (offset === this.nameStart) return -1;
    this.nameEnd = offset;
    let byte = bytes[offset]!;
    if (byte !== LEFT_BRACE) {
      if (byte !== SPACE) return -1;
      while (bytes[offset] === SPACE) offset++;
      byte = bytes[offset]!;
    }
    if (byte === LEFT_BRACE) {
      this.labelsStart = ++offset;
      offset = this.plainLabelsEnd(offset);
      if (offset === -1) return -1;
      this.labelsEnd = offset++;
    } else {
      this.labelsStart = 0;
      this.labelsEnd = 0;
    }
    return this.#plainNumbers(offset);
  }

  /** The offset of the closing brace of a block without oddities that starts at `start`, or -1. */
  plainLabelsEnd(start: number): number {
    const bytes = this.#source.bytes;
    let offset = start;
    let byte = bytes[offset]!;
    while (byte !== RIGHT_BRACE) {
      while (byte === SPACE) byte = bytes[++offset]!;
      while ((CHARACTER[byte]! & LABEL_NAME) !== 0) byte = bytes[++offset]!;
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
    if (offset === -1) return -1;
    while (bytes[offset] === SPACE || bytes[offset] === TAB) offset++;
    if (bytes[offset] === CR && bytes[offset + 1] === LF) offset++;
    return bytes[offset] === LF ? offset : -1;
  }

  /**
   * Reads a line as the reference does, in two attempts: from the first `{` to the last `}`; if that fails, as a name
   * that ends at the first space (or tab, in a line without spaces). One byte is one character here.
   */
  #readOdd(start: number, end: number): number {
    const text = this.#source.octets(start, end);
    const line = strip(text);
    const offset = start + text.indexOf(line);
    const brace = line.indexOf("{");
    const lastBrace = line.lastIndexOf("}");
    if (brace !== -1 && lastBrace !== -1 && this.#readOddLabels(line, offset, brace, lastBrace)) return end;
    const separator = line.includes(" ") ? line.indexOf(" ") : line.indexOf("\t");
    if (separator === -1) {
      return this.#fail(offset + line.length, "white space and a value after the metric name");
    }
    if (!this.#readOddNumbers(line, separator)) {
      const valueStart = lastBrace > separator ? lastBrace + 1 : separator;
      const value = line.slice(valueStart);
      return this.#fail(
        offset + valueStart + value.length - value.trimStart().length,
        this.#whatIsWrong(line, brace, lastBrace),
      );
    }
    this.nameStart = offset;
    this.nameEnd = offset + separator;
    this.labelsStart = 0;
    this.labelsEnd = 0;
    return end;
  }

  #readOddLabels(line: string, offset: number, brace: number, lastBrace: number): boolean {
    if (!this.#readOddNumbers(line, lastBrace + 1)) return false;
    // A `}` before the `{` leaves an empty block, as a slice does in Python.
    const labelsEnd = Math.max(brace + 1, lastBrace);
    const block = this.#source.slice(offset + brace + 1, offset + labelsEnd);
    if (splitTolerantLabels(block) === undefined) return false;
    const name = line.slice(0, brace);
    this.nameStart = offset;
    this.nameEnd = offset + strip(name).length;
    this.labelsStart = offset + brace + 1;
    this.labelsEnd = offset + labelsEnd;
    return true;
  }

  /** Reads the first and, if there are several, the last of the words from `start` on: value and timestamp. */
  #readOddNumbers(line: string, start: number): boolean {
    const text = strip(line.slice(start));
    const separator = text.includes(" ") ? " " : "\t";
    const end = text.indexOf(separator);
    this.hasTimestamp = end !== -1;
    const value = this.hasTimestamp ? strip(text.slice(0, end)) : text;
    const timestamp = strip(text.slice(text.lastIndexOf(separator) + 1));
    if (!NUMBER.test(value) || !NUMBER.test(timestamp)) return false;
    this.#numbers[0] = toNumber(value);
    this.#numbers[1] = toNumber(timestamp);
    return true;
  }

  #whatIsWrong(line: string, brace: number, lastBrace: number): string {
    if (brace === -1) return "a value and perhaps a timestamp";
    if (lastBrace < brace) return '"}" and a value';
    return this.#readOddNumbers(line, lastBrace + 1) ? "labels" : "a value and perhaps a timestamp";
  }

  #fail(offset: number, expected: string): -1 {
    this.problemOffset = offset;
    this.expected = expected;
    return -1;
  }
}

function toNumber(text: string): number {
  const word = text.toLowerCase().replace(/^[+-]/, "");
  if (word === "nan") return NaN;
  if (word.startsWith("inf")) return text.startsWith("-") ? -Infinity : Infinity;
  return Number(text);
}
