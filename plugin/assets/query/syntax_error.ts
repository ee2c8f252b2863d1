import { clip } from "../../text/mod.ts";

/** The most characters of a wrong text that a message quotes. */
const SHOWN = 60;

/** A query that cannot be read: what is wrong, where, and what should stand there. */
export class QuerySyntaxError extends Error {
  /**
   * @param offset of the wrong text in the query, in UTF-16 units
   * @param wrong the text itself; empty at the end of the query
   */
  constructor(readonly expected: string, readonly offset: number, readonly wrong: string) {
    super(`expected ${expected}, got ${wrong === "" ? "the end" : JSON.stringify(clip(wrong, SHOWN))}`);
    this.name = "QuerySyntaxError";
  }
}
