import { capturesAlike } from "./captures.ts";
import { PatternInputError } from "./errors.ts";
import { MAX_NATIVE_LENGTH, MIN_NATIVE_LENGTH } from "./limits.ts";
import { nativeCapturing, type NativeMatcher, nativeMatcher } from "./native.ts";
import { covers, linearCapturing, type LinearMatcher, linearMatcher } from "./re2.ts";
import { reduceForSearch } from "./reduce.ts";
import { groupsRefusal, timeRefusal } from "./refusal.ts";
import type { Node } from "./syntax.ts";

/** Searches texts for a pattern. */
export interface Engine {
  test(text: string): boolean;
}

/** Searches texts for a pattern and tells its groups. */
export interface CapturingEngine {
  captures(text: string): readonly (string | undefined)[] | undefined;
}

/**
 * The engine for a pattern of which only whether it occurs counts.
 *
 * @throws {UnboundedPatternError}
 */
export async function matchingEngine(root: Node): Promise<Engine> {
  const reduced = reduceForSearch(root);
  const native = nativeMatcher(reduced);
  if (native?.maxLength === MAX_NATIVE_LENGTH) return { test: (text) => within(native, text).test(text) };
  const linear = await linearMatcher(reduced);
  assertRuns(root, native, linear);
  return { test: (text) => isFor(linear, native, text) ? linear.test(text) : within(native, text).test(text) };
}

/**
 * The engine for a pattern whose groups are wanted.
 *
 * @param groups how many it has
 * @throws {UnboundedPatternError}
 */
export async function capturingEngine(root: Node, groups: number): Promise<CapturingEngine> {
  if (!capturesAlike(root)) throw groupsRefusal();
  const native = nativeCapturing(root);
  const names = Array.from({ length: groups }, (_, index) => `g${index + 1}`);
  const natively = (text: string) => {
    const found = within(native, text).exec(text);
    return found === null ? undefined : names.map((name) => found.groups?.[name]);
  };
  if (native?.maxLength === MAX_NATIVE_LENGTH) return { captures: natively };
  const linear = await linearCapturing(root);
  assertRuns(root, native, linear);
  return { captures: (text) => isFor(linear, native, text) ? linear.captures(text) : natively(text) };
}

function assertRuns(root: Node, native: NativeMatcher | undefined, linear: LinearMatcher | undefined): void {
  if (linear?.takesUnicode !== true && (native?.maxLength ?? 0) < MIN_NATIVE_LENGTH) throw timeRefusal(root);
}

/** Whether RE2 is to search a text: it can, and the native engine, which is faster on short texts, may not. */
function isFor(
  linear: LinearMatcher | undefined,
  native: NativeMatcher | undefined,
  text: string,
): linear is LinearMatcher {
  return linear !== undefined && text.length > (native?.maxLength ?? -1) && covers(linear, text);
}

function within(native: NativeMatcher | undefined, text: string): RegExp {
  if (native !== undefined && text.length <= native.maxLength) return native.expression;
  const most = native?.maxLength ?? 0;
  throw new PatternInputError(
    `this pattern is searched for in texts of up to ${most} characters, since the time it takes grows with the square ` +
      `of their length or faster; this text has ${text.length}`,
  );
}
