import type { Source } from "./source.ts";
import { LF } from "./source.ts";
import { describeProblem, OpenMetricsSyntaxError } from "./syntax_error.ts";
import type { ParseOptions, ParseProblem } from "./types.ts";

/** Of an offending text, a message shows at most this many characters. */
const SHOWN_CHARACTERS = 40;

/** Counts and reports what the format does not allow, or throws the first in a strict parse. */
export class Problems {
  count = 0;
  readonly #source: Source;
  readonly #strict: boolean;
  readonly #onProblem: ((problem: ParseProblem) => void) | undefined;

  constructor(source: Source, options: ParseOptions) {
    this.#source = source;
    this.#strict = options.strict ?? false;
    this.#onProblem = options.onProblem;
  }

  /**
   * Reports what stands at `offset`.
   *
   * @param line counts from 1
   * @param lineStart offset of the line's first byte
   * @param offset where in the line the problem is
   * @param expected what the format allows there
   * @param offendingEnd where the offending text ends; without it, it is one character
   * @returns the reason, without the place
   * @throws {OpenMetricsSyntaxError} when strict
   */
  report(line: number, lineStart: number, offset: number, expected: string, offendingEnd?: number): string {
    this.count++;
    const got = this.#got(offset, offendingEnd);
    const reason = `expected ${expected}, got ${got}`;
    if (!this.#strict && this.#onProblem === undefined) return reason;
    const column = this.#characters(lineStart, offset) + 1;
    const problem = { line, column, expected, got };
    if (this.#strict) throw new OpenMetricsSyntaxError(problem);
    this.#onProblem?.({ ...problem, message: describeProblem(problem) });
    return reason;
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
