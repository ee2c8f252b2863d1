import type { Span } from "./ast.ts";

/** What is wrong with a query, and where in its text. */
export interface QueryIssue {
  readonly message: string;
  readonly at: Span;
}
