/** Longest source of one pattern, in code points. */
export const MAX_SOURCE_LENGTH = 32_768;

/** Deepest nesting of groups; the parser and the analysis recurse. */
export const MAX_NESTING = 200;

/**
 * Most steps that the native, backtracking engine may need for a text, by the analysis in `cost.ts`; about 20 ms. It
 * bounds the texts of patterns that take quadratic time: some 1,000 to 4,000 characters.
 */
export const MAX_NATIVE_STEPS = 2 ** 24;

/** Longest text, in UTF-16 units, for the native engine even where it is linear: its stack is not ours to bound. */
export const MAX_NATIVE_LENGTH = 2 ** 24;

/** A pattern that only the native engine can run, and only on shorter texts than this, is refused. */
export const MIN_NATIVE_LENGTH = 1_000;

/** A pattern that may need more steps than this for each character does not count as linear. */
export const MAX_STEPS_PER_CHARACTER = 1_024;
