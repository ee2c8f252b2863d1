/** Most problems that are shown one by one. */
const SHOWN_PROBLEMS = 3;

/** What was skipped: how much, and the first few. */
export class Problems {
  count = 0;
  readonly first: string[] = [];

  add(text: string): void {
    this.count++;
    this.show(text);
  }

  /** Keeps one that is counted elsewhere. @returns whether there is room for more */
  show(text: string): boolean {
    if (this.first.length < SHOWN_PROBLEMS) this.first.push(text);
    return this.first.length < SHOWN_PROBLEMS;
  }
}
