import { scanQuoted, skipSpace } from "./prometheus_scan.ts";
import { CHARACTER, LF, METRIC_NAME, METRIC_NAME_INITIAL, QUOTE, type Source, WHITE_SPACE } from "./source.ts";

/** The escapes of HELP ("Comments, help text, and type information"); quotes need none there. */
const HELP_ESCAPE = /\\[\\n]/g;

/** Reads HELP and TYPE lines of Prometheus' text format. The fields describe the last line read. */
export class PrometheusMetadataReader {
  isHelp = false;
  nameStart = 0;
  nameEnd = 0;
  /** The help, or the word for the type, without white space at its ends. */
  textStart = 0;
  textEnd = 0;
  /** Where the line is wrong. */
  problemOffset = 0;
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  /**
   * Reads a line that starts with `#`, from there to its line feed.
   *
   * @returns what the line is; a comment is any line whose second word is neither HELP nor TYPE, and HELP by itself. Else what
   * the format expects at {@linkcode problemOffset}
   */
  read(start: number, end: number): "metadata" | "comment" | { readonly expected: string } {
    const bytes = this.#source.bytes;
    const keyword = skipSpace(bytes, start + 1);
    if (keyword === start + 1 || keyword + 4 > end) return "comment";
    const word = this.#source.octets(keyword, keyword + 4);
    if ((word !== "HELP" && word !== "TYPE") || !this.#isSpace(keyword + 4)) return "comment";
    this.isHelp = word === "HELP";
    const nameStart = skipSpace(bytes, keyword + 4);
    if (nameStart === end) return this.isHelp ? "comment" : this.#fail(nameStart, "a metric name and a type");
    const nameEnd = this.#readName(nameStart);
    if (nameEnd === -1) return this.#fail(nameStart, "a metric name");
    this.textStart = skipSpace(bytes, nameEnd);
    let textEnd = end;
    while (textEnd > this.textStart && (CHARACTER[bytes[textEnd - 1]!]! & WHITE_SPACE) !== 0) textEnd--;
    this.textEnd = textEnd;
    return this.isHelp || this.textStart < end ? "metadata" : this.#fail(this.textStart, "a type");
  }

  /** Reads a plain or quoted name; returns the offset after it, or -1. */
  #readName(start: number): number {
    const bytes = this.#source.bytes;
    if (bytes[start] === QUOTE) {
      this.nameStart = start + 1;
      this.nameEnd = scanQuoted(bytes, start + 1);
      return this.nameEnd > this.nameStart && this.#isSpace(this.nameEnd + 1) ? this.nameEnd + 1 : -1;
    }
    if ((CHARACTER[bytes[start]!]! & METRIC_NAME_INITIAL) === 0) return -1;
    let offset = start + 1;
    while ((CHARACTER[bytes[offset]!]! & METRIC_NAME) !== 0) offset++;
    this.nameStart = start;
    this.nameEnd = offset;
    return this.#isSpace(offset) ? offset : -1;
  }

  #isSpace(offset: number): boolean {
    const byte = this.#source.bytes[offset]!;
    return byte === LF || (CHARACTER[byte]! & WHITE_SPACE) !== 0;
  }

  #fail(offset: number, expected: string): { readonly expected: string } {
    this.problemOffset = offset;
    return { expected };
  }
}

/** The text of HELP without its escapes. */
export function unescapeHelp(text: string): string {
  return text.includes("\\") ? text.replace(HELP_ESCAPE, (escape) => escape === "\\n" ? "\n" : "\\") : text;
}
