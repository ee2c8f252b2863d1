/** Longest source of one pattern, in code points. */
export const MAX_SOURCE_LENGTH = 32_768;

/** Deepest nesting of groups; the parser, the analysis and the matcher recurse. */
export const MAX_NESTING = 200;

/** Most instructions of a compiled pattern: `{n,m}` is written out, so this bounds products of repeats. */
export const MAX_INSTRUCTIONS = 20_000;

/**
 * Most steps that the native, backtracking engine may need for a text, by the analysis in `cost.ts`; about 20 ms. A
 * pattern with one ambiguous loop (quadratic) therefore runs natively on texts of up to 4,096 characters.
 */
export const MAX_NATIVE_STEPS = 2 ** 24;

/** Longest text, in UTF-16 units, for the native engine even where it is linear: its stack is not ours to bound. */
export const MAX_NATIVE_LENGTH = 2 ** 24;

/** Most cells (choice points of the program × positions of the text) that the exact matcher remembers: 16 MiB. */
export const MAX_MEMO_CELLS = 2 ** 22;

/** Most steps of one search with the exact matcher, for a pattern that it searches in linear time: 0.2 s. */
export const MAX_LINEAR_STEPS = 2 ** 23;

/** Most steps of one search where captures decide (back-references, conditionals), so that no bound is known: 50 ms. */
export const MAX_CAPTURE_STEPS = 2 ** 20;

/** Steps that the exact matcher may take for each character, on top of those. */
export const MAX_STEPS_PER_CHARACTER = 32;
