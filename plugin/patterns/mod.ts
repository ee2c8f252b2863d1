/**
 * Regular expressions of users' files with the meaning of Python's `re` (3.11 to 3.13, `re.search` on `str`), which no
 * text can bring to a halt.
 *
 * A pattern is parsed into a tree, and each text goes to the first engine that gives Python's answer in bounded time:
 * the native one where the analysis of `cost.ts` shows that it cannot blow up on a text that long, RE2 where it is
 * needed and can express the pattern, else our own matcher (`machine.ts`). The bounds are in `limits.ts`.
 *
 * @module
 */
import type { Pattern } from "./types.ts";

export { PatternError, PatternInputError } from "./errors.ts";
export { escapesToItself } from "./names.ts";
export type { Pattern } from "./types.ts";

/** Loaded when there is a pattern: most configurations have none, and its Unicode tables take milliseconds. */
const loadCompiler = () => import("./compile.ts");

/**
 * Compiles a Python pattern.
 *
 * `matches` and `exec` throw a `PatternInputError` for a text on which the pattern would take too long or too much
 * memory, never a wrong answer (see `compile.ts`).
 *
 * @throws {PatternError} what Python rejects, with its message and position; what cannot be run safely
 */
export async function compilePattern(source: string): Promise<Pattern> {
  return await (await loadCompiler()).compilePattern(source);
}

/**
 * Compiles patterns into one that matches where any of them does; an empty list matches nothing.
 *
 * @throws {PatternError} for the first pattern that cannot be compiled
 */
export async function compileAny(sources: readonly string[]): Promise<Pattern> {
  return await (await loadCompiler()).compileAny(sources);
}
