import type { Source } from "./source.ts";
import { LF } from "./source.ts";
import { describeProblem, OpenMetricsSyntaxError } from "./syntax_error.ts";
import type { ParseOptions } from "./types.ts";

/** Of an offending text, a message shows at most this many characters. */
const SHOWN_CHARACTERS = 40;
/** After so many problems that nobody is told of, no texts are made of them: a text may have millions. */
const MAX_DESCRIBED = 2_000;

/** A line of the text: its number, counted from 1, and where it starts. */
export interface Line {
  readonly line: number;
  readonly lineStart: number;
}

/** Counts and reports what the format does not allow, or throws the first in a strict parse. */
export class Problems implements Line {
  /** The line that is read. */
  line = 0;
  lineStart = 0;
  count = 0;
  /** Lines of which nothing is delivered. */
  skippedLines = 0;
  readonly #source: Source;
  readonly #strict: boolean;
  #lastExpected = "";
  #lastReason = "";
  /** Absent as well when it has heard enough. */
  #onProblem: ParseOptions["onProblem"];

  constructor(source: Source, options: ParseOptions) {
    this.#source = source;
    this.#strict = options.strict ?? false;
    this.#onProblem = options.onProblem;
  }

  startLine(start: number): void {
    this.line++;
    this.lineStart = start;
  }

  /**
   * Reports what stands at `offset`.
   *
   * @param offset where in the line the problem is
   * @param expected what the format allows there
   * @param offendingEnd where the offending text ends; without it, it is one character
   * @param at the line, where it is not the one that is read
   * @returns the reason, without the place
   * @throws {OpenMetricsSyntaxError} when strict
   */
  report(offset: number, expected: string, offendingEnd?: number, at: Line = this): string {
    this.count++;
    if (this.count > MAX_DESCRIBED && this.#onProblem === undefined && !this.#strict) {
      return this.#undescribed(expected);
    }
    const got = this.#got(offset, offendingEnd);
    if (this.#strict || this.#onProblem !== undefined) {
      const column = this.#characters(at.lineStart, offset) + 1;
      const problem = { line: Math.max(1, at.line), column, expected, got };
      if (this.#strict) throw new OpenMetricsSyntaxError(problem);
      const goesOn = this.#onProblem?.({ ...problem, message: describeProblem(problem) });
      if (goesOn === false) this.#onProblem = undefined;
    }
    return `expected ${expected}, got ${got}`;
  }

  /** Reports what is wrong with the line that is read, and that nothing of it is delivered. */
  skip(offset: number, expected: string, offendingEnd?: number): string {
    this.skippedLines++;
    return this.report(offset, expected, offendingEnd);
  }

  /** The same text for problems of one kind. */
  #undescribed(expected: string): string {
    if (expected !== this.#lastExpected) {
      this.#lastExpected = expected;
      this.#lastReason = `expected ${expected}`;
    }
    return this.#lastReason;
  }

  /** Code points between two offsets: the bytes that do not continue a character. */
  #characters(start: number, end: number): number {
    const { bytes } = this.#source;
    let count = 0;
    for (let offset = start; offset < end; offset++) if ((bytes[offset]! & 0xc0) !== 0x80) count++;
    return count;
  }

  #got(offset: number, offendingEnd: number | undefined): string {
    const { bytes } = this.#source;
    if (offset >= bytes.length) return "the end of the text";
    if (bytes[offset] === LF) return "the end of the line";
    // Four bytes hold any one character; a text is cut at a bound that holds the characters shown.
    const end = Math.min(offendingEnd ?? this.#source.lineEnd(offset), offset + 4 * SHOWN_CHARACTERS);
    const characters = [...this.#source.slice(offset, end)];
    if (offendingEnd === undefined) return JSON.stringify(characters[0] ?? "");
    if (characters.length <= SHOWN_CHARACTERS) return JSON.stringify(characters.join(""));
    return JSON.stringify(characters.slice(0, SHOWN_CHARACTERS).join("")) + "…";
  }
}
