import type { ConfigIssue, Place } from "./types.ts";

/** The most issues of one severity that are listed; how many more there are is said. */
const MAX_LISTED = 100;

/** A remedy, or how to find one: that takes time which nobody needs to spend on an issue that is not listed. */
type Suggestion = string | undefined | (() => string | undefined);

/** The issues of one part of a configuration, in the order of their discovery; a path has one error at most. */
export class IssueList {
  readonly #issues: ConfigIssue[] = [];
  readonly #failed = new Set<string>();
  readonly #found = { error: 0, warning: 0 };
  /** Where the part stands; the issue that counts those that are not listed is reported there. */
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Adds an error, unless its path has one: the first is nearest to the cause. */
  error(path: string, message: string, suggestion?: Suggestion, place?: Place): void {
    if (this.#isFirst(path)) this.#add("error", path, message, suggestion, place);
  }

  /** Adds a warning. */
  warning(path: string, message: string, suggestion?: Suggestion, place?: Place): void {
    this.#add("warning", path, message, suggestion, place);
  }

  /** Adds issues that were found elsewhere. */
  addAll(issues: readonly ConfigIssue[]): void {
    for (const issue of issues) {
      if (issue.severity === "error" && !this.#isFirst(issue.path)) continue;
      if (++this.#found[issue.severity] <= MAX_LISTED) this.#issues.push(issue);
    }
  }

  /** Whether an error was added. */
  get failed(): boolean {
    return this.#found.error > 0;
  }

  /** All issues so far; the last one says how many there are beyond the bound. */
  get all(): readonly ConfigIssue[] {
    const errors = Math.max(0, this.#found.error - MAX_LISTED);
    const warnings = Math.max(0, this.#found.warning - MAX_LISTED);
    if (errors + warnings === 0) return this.#issues;
    const message =
      `Found ${errors} more errors and ${warnings} more warnings, which are not listed; expected at most ` +
      `${MAX_LISTED} of each.`;
    return [...this.#issues, { path: this.#path, message, severity: errors > 0 ? "error" : "warning" }];
  }

  #isFirst(path: string): boolean {
    if (this.#failed.has(path)) return false;
    if (this.#failed.size < MAX_LISTED) this.#failed.add(path);
    return true;
  }

  #add(severity: ConfigIssue["severity"], path: string, message: string, suggestion: Suggestion, place?: Place): void {
    if (++this.#found[severity] > MAX_LISTED) return;
    const remedy = typeof suggestion === "function" ? suggestion() : suggestion;
    const issue = { path, message, ...(remedy === undefined ? {} : { suggestion: remedy }), severity };
    this.#issues.push(place === undefined ? issue : { ...issue, place });
  }
}
