/**
 * Regular expressions of users' files with the meaning of Python's `re` (3.11 to 3.13, `re.search` on `str`), which no
 * text can bring to a halt.
 *
 * A pattern is parsed into a tree and runs on the first of two engines that gives Python's result in linear time: the
 * runtime's own (`native.ts`), where the analysis of `cost.ts` proves it, or RE2 (`re2.ts`). What neither can run is
 * refused when it is compiled, with the reason (`refusal.ts`). docs/decisions/0002 says what that is.
 *
 * @module
 */
import type { CapturingPattern, Pattern } from "./types.ts";

export { PatternError, PatternInputError, UnboundedPatternError } from "./errors.ts";
export { escapesToItself } from "./names.ts";
export type { CapturingPattern, Pattern } from "./types.ts";

/** Loaded when there is a pattern: most configurations have none. */
const loadCompiler = () => import("./compile.ts");

/**
 * Compiles a Python pattern.
 *
 * @throws {PatternError} what Python rejects, with its message and position
 * @throws {UnboundedPatternError} what cannot be run in bounded time
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

/**
 * Compiles a Python pattern whose groups are wanted.
 *
 * @throws {PatternError} what Python rejects, with its message and position
 * @throws {UnboundedPatternError} what cannot be run in bounded time, or whose groups the engines see otherwise
 */
export async function compileCapturing(source: string): Promise<CapturingPattern> {
  return await (await loadCompiler()).compileCapturing(source);
}
