import { attemptsAt } from "./attempts.ts";
import { costOf } from "./cost.ts";
import { firstOccurrences } from "./first_occurrences.ts";
import { MAX_NATIVE_LENGTH, MAX_NATIVE_STEPS, MAX_STEPS_PER_CHARACTER } from "./limits.ts";
import { emitNative } from "./native_source.ts";
import { hasSureReferences } from "./references.ts";
import type { Node } from "./syntax.ts";

/** The runtime's own engine for a pattern, on texts so short that backtracking cannot take long. */
export interface NativeMatcher {
  /** In UTF-16 units; {@linkcode MAX_NATIVE_LENGTH} for a pattern that takes linear time. */
  readonly maxLength: number;
  readonly expression: RegExp;
}

/**
 * The pattern as a native regular expression for searching; `undefined` when no text would be short enough, or when
 * JavaScript cannot express the pattern.
 */
export function nativeMatcher(root: Node): NativeMatcher | undefined {
  const { root: rewritten, readsOnce } = firstOccurrences(root);
  return matcherOf(rewritten, longestFor(rewritten, readsOnce ? 1 : attemptsAt(rewritten)));
}

/** The same for the pattern as it is, whose groups are wanted; group n is the expression's group `gn`. */
export function nativeCapturing(root: Node): NativeMatcher | undefined {
  return matcherOf(root, longestFor(root, attemptsAt(root)));
}

function matcherOf(root: Node, maxLength: number): NativeMatcher | undefined {
  if (maxLength === 0 || !hasSureReferences(root)) return undefined;
  try {
    const expression = new RegExp(emitNative(root), "v");
    // Engines compile on first use, and say only then that an expression is too large.
    expression.test("");
    return { maxLength, expression };
  } catch {
    return undefined;
  }
}

/**
 * The longest text for which the native engine stays within its steps.
 *
 * @param attempts how many attempts may read the same character
 */
function longestFor(root: Node, attempts: number): number {
  const { steps, exponent } = costOf(root);
  if (exponent === Infinity) return 0;
  const perCharacter = attempts === Infinity || exponent === 0 ? steps : steps * attempts;
  const total = Math.max(1, exponent + (attempts === Infinity ? 1 : 0));
  if (total === 1 && perCharacter <= MAX_STEPS_PER_CHARACTER) return MAX_NATIVE_LENGTH;
  return Math.floor((MAX_NATIVE_STEPS / perCharacter) ** (1 / total));
}
