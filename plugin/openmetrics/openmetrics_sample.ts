import type { LabelSplitter } from "./labels.ts";
import { type ExemplarProblem, readExemplar } from "./openmetrics_exemplar.ts";
import { OpenMetricsLabelReader } from "./openmetrics_labels.ts";
import { isStrictNumber, scanNumber } from "./number.ts";
import { CHARACTER, HASH, LEFT_BRACE, LF, METRIC_NAME, METRIC_NAME_INITIAL, type Source, SPACE } from "./source.ts";

/**
 * Reads the sample lines of OpenMetrics 1.0, by `sample` of its ABNF. The fields describe the last line read.
 */
export class OpenMetricsSampleReader {
  nameStart = 0;
  nameEnd = 0;
  /** The name is, byte by byte, that of {@linkcode expectName}. */
  isExpectedName = false;
  /** The label block lies between these offsets; both 0 without braces, the end -1 where it cannot be read. */
  labelsStart = 0;
  labelsEnd = 0;
  valueStart = 0;
  hasTimestamp = false;
  timestampStart = 0;
  /** Where the exemplar's `#` stands; 0 without exemplar. */
  exemplarStart = 0;
  exemplarValue = 0;
  /** What is wrong with the exemplar of a sample that can be read. */
  exemplarProblem: ExemplarProblem | undefined;
  readonly labels: OpenMetricsLabelReader;
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

  constructor(source: Source, splitter: LabelSplitter) {
    this.#source = source;
    this.#splitter = splitter;
    this.labels = new OpenMetricsLabelReader(source);
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
      offset = this.labels.read(offset + 1);
      if (offset === -1) return this.#failInLabels();
      this.labelsEnd = offset - 1;
    } else {
      this.labelsStart = 0;
      this.labelsEnd = 0;
      this.labels.clear();
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
    const same = length === 0 ? 0 : this.#source.sameLength(start, this.#expectedStart, length);
    let offset = start + same;
    this.nameStart = start;
    if (length > 0 && same === length && (CHARACTER[bytes[offset]!]! & METRIC_NAME) === 0) {
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

  #failInLabels(): -1 {
    const { problemOffset, expected, problemEnd } = this.labels;
    return this.#fail(problemOffset, expected, problemEnd);
  }

  #fail(offset: number, expected: string, end?: number): -1 {
    this.problemOffset = offset;
    this.problemEnd = end;
    this.expected = expected;
    return -1;
  }
}
