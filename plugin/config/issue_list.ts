import type { ConfigIssue } from "./types.ts";

/** The issues of one part of a configuration, in the order of their discovery; a path has one error at most. */
export class IssueList {
  readonly #issues: ConfigIssue[] = [];
  readonly #failed = new Set<string>();

  /** Adds an error, unless its path has one: the first is nearest to the cause. */
  error(path: string, message: string, suggestion?: string): void {
    if (this.#failed.has(path)) return;
    this.#failed.add(path);
    this.#issues.push({ path, message, ...(suggestion === undefined ? {} : { suggestion }), severity: "error" });
  }

  /** Adds a warning. */
  warning(path: string, message: string, suggestion?: string): void {
    this.#issues.push({ path, message, ...(suggestion === undefined ? {} : { suggestion }), severity: "warning" });
  }

  /** Adds issues that were found elsewhere. */
  addAll(issues: readonly ConfigIssue[]): void {
    for (const issue of issues) {
      if (issue.severity === "error") this.error(issue.path, issue.message, issue.suggestion);
      else this.#issues.push(issue);
    }
  }

  /** Whether an error was added. */
  get failed(): boolean {
    return this.#failed.size > 0;
  }

  /** All issues so far. */
  get all(): readonly ConfigIssue[] {
    return this.#issues;
  }
}
