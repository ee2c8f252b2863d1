/**
 * Datadog's searches over logs, as far as pipelines and saved views use them: `source:torchserve`,
 * `@http.status_code:>=500`, `@duration:[1 TO 2]`, `@error.kind:*`, `(a OR b)`, `-a`.
 */

/** What a value has to be. */
export type Condition =
  | { readonly kind: "exists" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "range"; readonly min?: number; readonly max?: number; readonly open?: boolean };

/** A search: one term, or some together. */
export type Search =
  | { readonly kind: "all" }
  | { readonly kind: "term"; readonly field: string; readonly conditions: readonly Condition[] }
  | { readonly kind: "not"; readonly of: Search }
  | { readonly kind: "and" | "or"; readonly of: readonly Search[] };

/** A search that cannot be read, with the place and what is expected there. */
export class SearchError extends Error {
  override readonly name = "SearchError";
}

/**
 * Reads a search.
 *
 * @throws {SearchError}
 */
export function parseSearch(text: string): Search {
  if (text.length > MAX_LENGTH) {
    throw new SearchError(`found ${text.length} characters; expected at most ${MAX_LENGTH}`);
  }
  const parser = new Parser(text);
  return text.trim() === "" || text.trim() === "*" ? { kind: "all" } : parser.whole();
}

/** Parentheses in parentheses take room on the stack. */
const MAX_LENGTH = 4_096;

const WORD = /[^\s()[\]"]+/y;
const NUMBER = /-?\d+(?:\.\d+)?/y;
const FIELD = /@?[A-Za-z_][\w.-]*:/y;

class Parser {
  #at = 0;

  constructor(readonly text: string) {}

  whole(): Search {
    const search = this.#any();
    this.#blanks();
    if (this.#at < this.text.length) throw this.#wrong("its end");
    return search;
  }

  #any(): Search {
    const of = [this.#every()];
    while (this.#keyword("OR")) of.push(this.#every());
    return of.length === 1 && of[0] !== undefined ? of[0] : { kind: "or", of };
  }

  #every(): Search {
    const of = [this.#one()];
    while (this.#keyword("AND") || this.#isTerm()) of.push(this.#one());
    return of.length === 1 && of[0] !== undefined ? of[0] : { kind: "and", of };
  }

  #one(): Search {
    this.#blanks();
    if (this.#take("-") || this.#keyword("NOT")) return { kind: "not", of: this.#one() };
    if (this.#take("(")) {
      const inner = this.#any();
      this.#expect(")");
      return inner;
    }
    const field = this.#match(FIELD)?.slice(0, -1);
    if (field === undefined) throw this.#wrong("FIELD:VALUE");
    return { kind: "term", field, conditions: this.#conditions() };
  }

  #conditions(): Condition[] {
    if (!this.#take("(")) return [this.#condition()];
    const conditions = [this.#condition()];
    while (this.#keyword("OR")) conditions.push(this.#condition());
    this.#expect(")");
    return conditions;
  }

  #condition(): Condition {
    this.#blanks();
    if (this.#take("[")) {
      const min = this.#number();
      if (!this.#keyword("TO")) throw this.#wrong("TO");
      const max = this.#number();
      this.#expect("]");
      return { kind: "range", min, max };
    }
    const sign = /[<>]=?/y;
    sign.lastIndex = this.#at;
    const comparison = sign.exec(this.text)?.[0];
    if (comparison !== undefined) {
      this.#at += comparison.length;
      const bound = this.#number();
      const open = comparison.length === 1;
      return comparison.startsWith(">") ? { kind: "range", min: bound, open } : { kind: "range", max: bound, open };
    }
    const word = this.#take('"') ? this.#quoted() : this.#match(WORD);
    if (word === undefined) throw this.#wrong("a value");
    return word === "*" ? { kind: "exists" } : { kind: "text", text: word };
  }

  #quoted(): string {
    const end = this.text.indexOf('"', this.#at);
    if (end < 0) throw this.#wrong('a closing "');
    const text = this.text.slice(this.#at, end);
    this.#at = end + 1;
    return text;
  }

  #number(): number {
    this.#blanks();
    const number = this.#match(NUMBER);
    if (number === undefined) throw this.#wrong("a number");
    return Number(number);
  }

  #isTerm(): boolean {
    this.#blanks();
    const rest = this.text.slice(this.#at);
    return rest !== "" && !rest.startsWith(")") && !/^(?:OR|AND)\b/.test(rest);
  }

  #keyword(word: string): boolean {
    this.#blanks();
    if (!this.text.startsWith(`${word} `, this.#at)) return false;
    this.#at += word.length + 1;
    return true;
  }

  #blanks(): void {
    while (this.#take(" "));
  }

  #take(sign: string): boolean {
    if (this.text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #expect(sign: string): void {
    this.#blanks();
    if (!this.#take(sign)) throw this.#wrong(`"${sign}"`);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #wrong(expected: string): SearchError {
    const rest = this.text.slice(this.#at, this.#at + 20);
    return new SearchError(`found ${rest === "" ? "its end" : `"${rest}"`}; expected ${expected}`);
  }
}
