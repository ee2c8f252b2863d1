import { QuerySyntaxError } from "./syntax_error.ts";

/** The longest query that is read, in UTF-16 units; short enough for who walks its arithmetic by calls of itself. */
const MAX_LENGTH = 4_000;

const SPACES = /\s*/y;
const NUMBER = /\d+(?:\.\d+)?(?:e[+-]?\d+)?/y;
const WORD = /[^\s{}()[\],"'+*/<>=!:]+/y;

/** Reads a query from left to right. Every expression it matches with takes linear time. */
export class Scanner {
  offset = 0;

  /** @throws {QuerySyntaxError} for a text that is too long */
  constructor(readonly text: string) {
    if (text.length > MAX_LENGTH) {
      throw new QuerySyntaxError(`a query of at most ${MAX_LENGTH} characters`, MAX_LENGTH, text.slice(MAX_LENGTH));
    }
  }

  /** Goes on to the next character that is no white space. */
  skipSpaces(): void {
    this.match(SPACES);
  }

  /** Whether all was read. */
  get isAtEnd(): boolean {
    return this.offset === this.text.length;
  }

  /** The next text that a sticky expression matches, which is read then; `undefined`: it matches nothing here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.offset += found.length;
    return found;
  }

  /** Reads a text, where it comes next. */
  take(text: string): boolean {
    const is = this.text.startsWith(text, this.offset);
    if (is) this.offset += text.length;
    return is;
  }

  /** Reads a text that has to come next, and white space around it. */
  expect(text: string): void {
    this.skipSpaces();
    if (!this.take(text)) throw this.error(JSON.stringify(text));
    this.skipSpaces();
  }

  /** Reads a number without a sign; `undefined`: none comes next. */
  number(): number | undefined {
    const start = this.offset;
    const digits = this.match(NUMBER);
    if (digits === undefined) return undefined;
    const value = Number(digits);
    if (!Number.isFinite(value)) throw this.error("a number that is not too large", start);
    return value;
  }

  /** Reads a text in double quotes, which has no escapes. */
  quoted(what: string): string {
    this.skipSpaces();
    const start = this.offset;
    if (!this.take('"')) throw this.error(`${what} in double quotes`);
    const end = this.text.indexOf('"', this.offset);
    if (end === -1) throw this.error('a closing "', start);
    const text = this.text.slice(this.offset, end);
    this.offset = end + 1;
    return text;
  }

  /** The error that something else should stand at an offset; it quotes the word there. */
  error(expected: string, offset = this.offset): QuerySyntaxError {
    WORD.lastIndex = offset;
    const wrong = WORD.exec(this.text)?.[0] ?? this.text.slice(offset, offset + 1);
    return new QuerySyntaxError(expected, offset, wrong);
  }
}
