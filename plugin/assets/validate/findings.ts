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
  readonly #all: Finding[] = [];

  add(file: string, line: number, message: string): void {
    if (this.#all.some((one) => one.file === file && one.line === line && one.message === message)) return;
    this.#all.push({ file, line, message });
  }

  /** All of them by file and line. */
  sorted(): Finding[] {
    return this.#all.toSorted((a, b) => a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line);
  }
}

/** Files of the assets by their paths in the repository, with `/`. */
export type AssetTexts = ReadonlyMap<string, string>;
