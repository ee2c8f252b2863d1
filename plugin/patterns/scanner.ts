import { errorAt, type PatternError } from "./errors.ts";

/**
 * Reads a pattern token by token: a token is a code point, or a backslash with the code point after it, which is how
 * Python's parser reads, so that positions in errors agree.
 */
export class Scanner {
  readonly #source: readonly string[];
  /** Where a lone backslash ends the source; an error as soon as it is the next token, as in Python. */
  readonly #danglingBackslash: number | undefined;
  #index = 0;

  /** @throws {PatternError} when the source ends in a lone backslash */
  constructor(source: string) {
    this.#source = [...source];
    let index = 0;
    while (index < this.#source.length) {
      if (this.#source[index] !== "\\") index += 1;
      else if (index + 1 < this.#source.length) index += 2;
      else break;
    }
    this.#danglingBackslash = index < this.#source.length ? index : undefined;
    this.#rejectDanglingBackslash();
  }

  #rejectDanglingBackslash(): void {
    if (this.#index === this.#danglingBackslash) {
      throw errorAt("bad escape (end of pattern)", this.#source, this.#index);
    }
  }

  /** Code points read so far. */
  get position(): number {
    return this.#index;
  }

  set position(index: number) {
    this.#index = index;
  }

  /** The token that `take` would give, `undefined` at the end. */
  peek(): string | undefined {
    const char = this.#source[this.#index];
    return char === "\\" ? char + (this.#source[this.#index + 1] ?? "") : char;
  }

  take(): string | undefined {
    const token = this.peek();
    if (token !== undefined) this.#index += token.startsWith("\\") ? 2 : 1;
    this.#rejectDanglingBackslash();
    return token;
  }

  /** Takes the token if it is this one. */
  accept(token: string): boolean {
    if (this.peek() !== token) return false;
    this.take();
    return true;
  }

  /** Takes up to `limit` tokens that satisfy the test. */
  takeWhile(test: RegExp, limit = Infinity): string {
    let taken = "";
    while (taken.length < limit) {
      const token = this.peek();
      if (token === undefined || !test.test(token)) break;
      taken += token;
      this.take();
    }
    return taken;
  }

  /**
   * Takes a name and the terminator after it.
   *
   * @param what what the name is, for the message
   */
  takeUntil(terminator: string, what: string): string {
    let name = "";
    for (;;) {
      const token = this.take();
      if (token === undefined) {
        throw name === ""
          ? this.error(`missing ${what}`)
          : this.error(`missing ${terminator}, unterminated name`, lengthOf(name));
      }
      if (token === terminator) {
        if (name === "") throw this.error(`missing ${what}`, 1);
        return name;
      }
      name += token;
    }
  }

  /** An error `back` code points before the present position. */
  error(message: string, back = 0): PatternError {
    return errorAt(message, this.#source, this.#index - back);
  }

  errorAt(message: string, position: number): PatternError {
    return errorAt(message, this.#source, position);
  }
}

/** Length in code points. */
export function lengthOf(text: string): number {
  return [...text].length;
}
