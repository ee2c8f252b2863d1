import type { ParseProblem } from "./types.ts";

/**
 * The first problem of a strict parse. The message says where, what was expected and what stands there:
 * `line 12, column 5: expected a label name, got "="`.
 */
export class OpenMetricsSyntaxError extends SyntaxError implements ParseProblem {
  override readonly name = "OpenMetricsSyntaxError";
  /** Counts from 1. */
  readonly line: number;
  /** Counts characters (code points) from 1. */
  readonly column: number;
  readonly expected: string;
  readonly got: string;

  constructor(problem: Omit<ParseProblem, "message">) {
    super(describeProblem(problem));
    this.line = problem.line;
    this.column = problem.column;
    this.expected = problem.expected;
    this.got = problem.got;
  }
}

/** One sentence for a problem, as the error's message has it. */
export function describeProblem({ line, column, expected, got }: Omit<ParseProblem, "message">): string {
  return `line ${line}, column ${column}: expected ${expected}, got ${got}`;
}
