import { NON_ASCII } from "./codeset.ts";
import { emitRe2 } from "./re2_source.ts";
import { reversed, reversedText } from "./reverse.ts";
import { type Node, someNode } from "./syntax.ts";

/** Matching in time linear in the text, where RE2 can express the pattern. */
export interface LinearMatcher {
  /** Whether the result is Python's for texts with characters beyond ASCII, too: RE2's `\b` knows ASCII only. */
  readonly takesUnicode: boolean;
  test(text: string): boolean;
  /** The groups from 1 on; only of a matcher that was made for them. */
  captures(text: string): readonly (string | undefined)[] | undefined;
}

/** Whether RE2 gives Python's result for a text. */
export function covers(matcher: LinearMatcher, text: string): boolean {
  return matcher.takesUnicode || !NON_ASCII.test(text);
}

/**
 * Loads RE2 and compiles a pattern for searching; `undefined` where RE2 cannot express it. RE2 has lookbehinds and no
 * lookaheads, so a pattern with these is searched for backwards.
 *
 * @param root without groups
 */
export async function linearMatcher(root: Node): Promise<LinearMatcher | undefined> {
  const forward = emitRe2(root);
  if (forward !== undefined) return await compile(root, forward, (text) => text);
  const backward = emitRe2(reversed(root));
  return backward === undefined ? undefined : await compile(root, backward, reversedText);
}

/** The same for a pattern whose groups are wanted. */
export async function linearCapturing(root: Node): Promise<LinearMatcher | undefined> {
  const source = emitRe2(root);
  return source === undefined ? undefined : await compile(root, source, (text) => text);
}

async function compile(
  root: Node,
  source: string,
  ordered: (text: string) => string,
): Promise<LinearMatcher | undefined> {
  const { RE2JS, RE2JSException } = await import("re2js");
  try {
    const compiled = RE2JS.compile(source, RE2JS.LOOKBEHINDS);
    return {
      takesUnicode: !someNode(root, (node) => node.kind === "anchor" && node.anchor === "boundary"),
      test: (text) => compiled.test(ordered(text)),
      captures: (text) => compiled.exec(ordered(text))?.slice(1).map((group) => group ?? undefined),
    };
  } catch (error) {
    // Too large for RE2, which writes repeats out.
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}
