import { costOf, isAnchored } from "./cost.ts";
import { MAX_MEMO_CELLS } from "./limits.ts";
import { Search } from "./machine.ts";
import { asciiTable, compileProgram } from "./program.ts";
import type { Node } from "./syntax.ts";

/** Finds matches with Python's meaning in every detail, in bounded time. */
export interface ExactMatcher {
  /**
   * The first match's groups, 0 the whole match, or `undefined`.
   *
   * @throws {PatternInputError} when the text is too long for the pattern
   */
  find(text: string): (string | undefined)[] | undefined;
  /** The longest text, in UTF-16 units, for which its memory is enough. */
  readonly maxLength: number;
}

/**
 * @param root a pattern that fits a program
 * @param groups how many groups it has
 */
export function exactMatcher(root: Node, groups: number): ExactMatcher {
  const program = compileProgram(root, groups);
  const { first, nullable } = costOf(root);
  const starts = nullable ? undefined : asciiTable(first);
  const anchored = isAnchored(root);
  const maxLength = program.memoizable ? Math.floor(MAX_MEMO_CELLS / program.choices) - 1 : Infinity;
  return { maxLength, find: (text) => new Search(program, text).first({ anchored, starts }) };
}
