import { alternatives } from "./alternatives.ts";
import { costOf } from "./cost.ts";
import { PatternError } from "./errors.ts";
import { type ExactMatcher, exactMatcher } from "./exact.ts";
import { MAX_INSTRUCTIONS } from "./limits.ts";
import { type BoundedMatcher, nativeMatcher } from "./native.ts";
import { parse } from "./parser.ts";
import { fits } from "./program.ts";
import { type LinearMatcher, linearMatcher } from "./re2.ts";
import { reduceForSearch } from "./reduce.ts";
import { dependsOnCaptures, type Node, type Syntax } from "./syntax.ts";
import type { Pattern } from "./types.ts";

/** Names and label values are hardly ever longer; where native matching ends below this, RE2 is loaded. */
const SHORT_TEXT = 256;
/** Lines of an exposition may be as long; where neither of our own engines takes them, RE2 is loaded, too. */
const LONG_TEXT = 2 ** 20 - 1;

/**
 * Compiles a Python pattern.
 *
 * `matches` and `exec` throw a `PatternInputError` for a text on which the pattern would take too long or too much
 * memory, never a wrong answer. `matches` does so only for patterns that neither the native engine nor RE2 takes:
 * ambiguous repeats together with lookaround, `$` before a final newline or `\b` in other scripts (from about 100,000
 * characters on), atomic groups and possessive quantifiers (likewise), back-references and conditionals (from some
 * hundreds of characters on where they are ambiguous), and quadratic patterns on texts over a megabyte. `exec` may do so
 * for any pattern, on long texts.
 *
 * @throws {PatternError} what Python rejects, with its message and position; `\N{...}`; patterns with more than 20,000
 *   instructions, repeats written out; exponential patterns with back-references or conditionals
 */
export async function compilePattern(source: string): Promise<Pattern> {
  return await patternOf(source, checked(source));
}

/**
 * Compiles patterns into one that matches where any of them does: Python's `"|".join(sources)`, except that inline
 * flags and group numbers are each pattern's own. Groups of `exec` are numbered through all patterns. An empty list
 * matches nothing.
 *
 * @throws {PatternError} for the first pattern that cannot be compiled
 */
export async function compileAny(sources: readonly string[]): Promise<Pattern> {
  const [only, more] = sources;
  if (only !== undefined && more === undefined) return await compilePattern(only);
  const parsed = sources.map(checked);
  const { merged, quick, others } = alternatives(parsed);
  const source = sources.join("|");
  const patterns = [
    ...(await Promise.all(quick.map((root) => patternOf(source, { root, groups: 0 })))),
    ...(await Promise.all(others.map((syntax) => patternOf(source, syntax)))),
  ];
  const exact = lazily(() => exactMatcher(merged.root, merged.groups));
  const matches = (text: string) => patterns.some((pattern) => pattern.matches(text));
  return { source, matches, exec: (text) => matches(text) ? exact().find(text) : undefined };
}

/** Parses, and rejects what cannot be run safely. */
function checked(source: string): Syntax {
  const syntax = parse(source);
  assertFits(syntax.root);
  if (dependsOnCaptures(syntax.root) && costOf(syntax.root).exponent === Infinity) {
    throw new PatternError(
      "this pattern could take exponential time, since it has back-references or conditionals together with nested " +
        "or ambiguous repeats; write it without the reference, or so that the next character always decides " +
        "whether a repeat goes on, as in (a+)\\1 instead of (a+)+\\1",
      0,
    );
  }
  return syntax;
}

function assertFits(root: Node): void {
  if (fits(root)) return;
  throw new PatternError(
    `this pattern is too large: with its repeats written out it has more than ${MAX_INSTRUCTIONS} steps; use smaller ` +
      "counts in {n,m}, or * or + instead",
    0,
  );
}

async function patternOf(source: string, { root, groups }: Syntax): Promise<Pattern> {
  const reduced = reduceForSearch(root);
  const native = nativeMatcher(reduced);
  // Without captures, except where they decide.
  const searching = lazily(() => exactMatcher(reduced, dependsOnCaptures(reduced) ? groups : 0));
  const enough = native !== undefined && native.maxLength >= SHORT_TEXT &&
    (native.maxLength >= LONG_TEXT || searching().maxLength >= LONG_TEXT);
  const linear = enough ? undefined : await linearMatcher(reduced);
  const capturing = lazily(() => exactMatcher(root, groups));
  const matches = (text: string) => search(text, native, linear, searching);
  return { source, matches, exec: (text) => matches(text) ? capturing().find(text) : undefined };
}

function search(
  text: string,
  native: BoundedMatcher | undefined,
  linear: LinearMatcher | undefined,
  exact: () => ExactMatcher,
): boolean {
  if (native && text.length <= native.maxLength) return native.test(text);
  if (linear?.covers(text)) return linear.test(text);
  return exact().find(text) !== undefined;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
