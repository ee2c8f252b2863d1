import { GrokError } from "./error.ts";

/** A matcher or a filter: its name and its arguments. */
export interface Call {
  readonly name: string;
  readonly args: readonly (string | number)[];
}

/** `%{MATCHER:EXTRACT:FILTER}`. */
export interface Token {
  readonly kind: "token";
  readonly matcher: Call;
  /** Where what matches goes, as a path with dots. */
  readonly extract?: string;
  readonly filter?: Call;
}

/** A part of a rule: a token, or a piece of a regular expression. */
export type Part = Token | { readonly kind: "regex"; readonly source: string };

/**
 * Reads what a rule is made of.
 *
 * @throws {GrokError} for a token that cannot be read
 */
export function parseTemplate(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf("%{", at);
    if (start < 0) break;
    if (start > at) parts.push({ kind: "regex", source: text.slice(at, start) });
    const scanner = new Scanner(text, start + 2);
    parts.push(scanner.token());
    at = scanner.at;
  }
  if (at < text.length) parts.push({ kind: "regex", source: text.slice(at) });
  return parts;
}

const STICKY = {
  name: /[A-Za-z_][A-Za-z0-9_]*/y,
  path: /[A-Za-z_][A-Za-z0-9_.]*/y,
  text: /"(?:[^"\\]|\\.)*"/y,
  number: /-?\d+(?:\.\d+)?/y,
} as const;

class Scanner {
  constructor(readonly text: string, public at: number) {}

  token(): Token {
    const matcher = this.#call();
    if (this.#take("}")) return { kind: "token", matcher };
    this.#expect(":");
    const extract = this.#match("path");
    const filter = this.#take(":") ? this.#call() : undefined;
    this.#expect("}");
    return {
      kind: "token",
      matcher,
      ...(extract === undefined ? {} : { extract }),
      ...(filter === undefined ? {} : { filter }),
    };
  }

  #call(): Call {
    const name = this.#match("name");
    if (name === undefined) throw this.#wrong("the name of a matcher or filter");
    const args: (string | number)[] = [];
    if (!this.#take("(")) return { name, args };
    do {
      this.#blanks();
      args.push(this.#argument());
      this.#blanks();
    } while (this.#take(","));
    this.#expect(")");
    return { name, args };
  }

  #argument(): string | number {
    const text = this.#match("text");
    // Of escapes only those of the text itself are taken away: "\\d" and "\d" both stand for the class of digits.
    if (text !== undefined) return text.slice(1, -1).replace(/\\(["\\])/g, "$1");
    const number = this.#match("number");
    if (number !== undefined) return Number(number);
    throw this.#wrong("a text in quotes or a number");
  }

  #blanks(): void {
    while (this.#take(" "));
  }

  #match(kind: keyof typeof STICKY): string | undefined {
    const pattern = STICKY[kind];
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  #take(sign: string): boolean {
    if (this.text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw this.#wrong(`"${sign}"`);
  }

  #wrong(expected: string): GrokError {
    const rest = this.text.slice(this.at, this.at + 20);
    return new GrokError(`found ${rest === "" ? "its end" : `"${rest}"`}; expected ${expected}`);
  }
}
