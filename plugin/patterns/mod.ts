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
export { compileAny, compilePattern } from "./compile.ts";
export { PatternError, PatternInputError } from "./errors.ts";
export { escapesToItself } from "./names.ts";
export type { Pattern } from "./types.ts";
