import { clip, oneLine } from "../text/mod.ts";

/** Most bad lines that are shown one by one. */
const SHOWN = 3;
/** Of a bad line, this many characters are shown. */
const SHOWN_CHARACTERS = 60;

/** Counts lines that cannot be read, and keeps the first few for the report. */
export class BadLines {
  count = 0;
  readonly #first: string[] = [];

  /**
   * @param offset of the line's first byte in the file; asked for those that are shown
   * @param text the line, where there is something of it to show
   */
  add(path: string, offset: () => number, reason: string, text?: string): void {
    if (++this.count > SHOWN) return;
    const shown = text === undefined ? "" : `, got ${excerpt(text)}`;
    this.#first.push(`${oneLine(path)}, byte ${offset()}: ${reason}${shown}`);
  }

  describe(): string {
    return `${this.count} ${this.count === 1 ? "line was" : "lines were"} skipped: ${this.#first.join("; ")}`;
  }
}

function excerpt(text: string): string {
  return JSON.stringify(oneLine(clip(text, SHOWN_CHARACTERS)));
}
