import { STAND_IN } from "./stand_in.ts";

/** Something wrong in a file of the assets. */
export interface Finding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** What is wrong, quoting it, and what should be there. */
  readonly message: string;
}

/** Collects what is wrong. */
export class Findings {
  readonly #all = new Map<string, Finding>();

  add(file: string, line: number, message: string): void {
    if (message.includes(STAND_IN)) return;
    this.#all.set(`${file}:${line}: ${message}`, { file, line, message });
  }

  /** All of them by file and line. */
  sorted(): Finding[] {
    return [...this.#all.values()].sort((a, b) => a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line);
  }
}

/** Files of the assets by their paths in the repository, with `/`. */
export type AssetTexts = ReadonlyMap<string, string>;
