import { type CodeSet, NON_ASCII, onlyMember, pairsOf, type UnicodeClass } from "./codeset.ts";
import { costOf, isAnchored } from "./cost.ts";
import { MAX_NATIVE_LENGTH, MAX_NATIVE_STEPS } from "./limits.ts";
import { type Anchor, type Node, someNode } from "./syntax.ts";

/** A matcher that answers only for texts up to a length, in UTF-16 units. */
export interface BoundedMatcher {
  readonly maxLength: number;
  test(text: string): boolean;
}

const UNICODE_CLASSES: Readonly<Record<UnicodeClass, string>> = {
  d: "\\p{Nd}",
  D: "\\P{Nd}",
  w: "\\p{L}\\p{N}_",
  W: "[^\\p{L}\\p{N}_]",
};

/**
 * The pattern as a native regular expression, for texts so short that backtracking cannot take long; `undefined` when
 * there is no such length or JavaScript cannot express the pattern.
 *
 * @param root without captures
 */
export function nativeMatcher(root: Node): BoundedMatcher | undefined {
  const maxLength = longestFor(root);
  if (maxLength === 0 || !isExpressible(root)) return undefined;
  const unicode = compile(emit(root, false), "v");
  if (!unicode) return undefined;
  if (!usesUnicodeClasses(root)) return { maxLength, test: (text) => unicode.test(text) };
  // Unicode's classes are slow (40 MB/s), ASCII's are fast, and nearly all texts are ASCII.
  const ascii = compile(emit(root, true), "");
  if (!ascii) return undefined;
  return { maxLength, test: (text) => NON_ASCII.test(text) ? unicode.test(text) : ascii.test(text) };
}

/** The longest text for which the native engine stays within its steps. */
function longestFor(root: Node): number {
  const { steps, exponent } = costOf(root);
  const total = exponent + (isAnchored(root) ? 0 : 1);
  if (total <= 1) return MAX_NATIVE_LENGTH;
  return exponent === Infinity ? 0 : Math.floor((MAX_NATIVE_STEPS / steps) ** (1 / total));
}

/** Back-references to groups that took no part, groups in loops and atomic groups mean other things in JavaScript. */
function isExpressible(root: Node): boolean {
  return !someNode(
    root,
    (node) =>
      node.kind === "backreference" || node.kind === "conditional" || node.kind === "atomic" ||
      (node.kind === "repeat" && node.mode === "possessive"),
  );
}

function usesUnicodeClasses(root: Node): boolean {
  return someNode(root, (node) =>
    (node.kind === "set" && node.set.classes.length > 0) ||
    (node.kind === "anchor" && (node.anchor === "boundary" || node.anchor === "notBoundary")));
}

function compile(source: string, flags: string): RegExp | undefined {
  try {
    const compiled = new RegExp(source, flags);
    // Engines compile on first use, and say only then that an expression is too large.
    compiled.test("");
    return compiled;
  } catch {
    return undefined;
  }
}

function emit(node: Node, ascii: boolean): string {
  switch (node.kind) {
    case "set":
      return emitSet(node.set, ascii);
    case "anchor":
      return emitAnchor(node.anchor, ascii);
    case "sequence":
      return node.items.map((item) => emit(item, ascii)).join("");
    case "alternation":
      return node.branches.length === 0 ? "(?!)" : `(?:${node.branches.map((b) => emit(b, ascii)).join("|")})`;
    case "repeat": {
      const body = node.body.kind === "set" ? emit(node.body, ascii) : `(?:${emit(node.body, ascii)})`;
      const max = node.max === Infinity ? "" : node.max;
      return `${body}{${node.min},${max}}${node.mode === "lazy" ? "?" : ""}`;
    }
    case "look": {
      const direction = node.behind === undefined ? "" : "<";
      return `(?${direction}${node.negative ? "!" : "="}${emit(node.body, ascii)})`;
    }
    case "group":
      return `(?:${emit(node.body, ascii)})`;
    case "atomic":
    case "backreference":
    case "conditional":
      throw new TypeError(`no native form of ${node.kind}`);
  }
}

function emitSet(set: CodeSet, ascii: boolean): string {
  const member = onlyMember(set);
  if (member !== undefined && (!ascii || member < 128)) return character(member, ascii);
  let members = "";
  for (const [first, last] of pairsOf(set.ranges)) {
    if (ascii && first >= 128) break;
    members += `${character(first, ascii)}-${character(ascii ? Math.min(last, 127) : last, ascii)}`;
  }
  for (const name of set.classes) members += ascii ? `\\${name}` : UNICODE_CLASSES[name];
  return `[${set.negated ? "^" : ""}${members}]`;
}

function character(codePoint: number, ascii: boolean): string {
  const char = String.fromCodePoint(codePoint);
  if (/^[A-Za-z0-9_]$/.test(char)) return char;
  return ascii ? `\\x${codePoint.toString(16).padStart(2, "0")}` : `\\u{${codePoint.toString(16)}}`;
}

function emitAnchor(anchor: Anchor, ascii: boolean): string {
  const word = `[${UNICODE_CLASSES.w}]`;
  switch (anchor) {
    case "textStart":
      return "^";
    case "lineStart":
      return "(?<![^\\n])";
    case "textEnd":
      return "$";
    case "lastLineEnd":
      return "(?=\\n?$)";
    case "lineEnd":
      return "(?![^\\n])";
    case "asciiBoundary":
      return "\\b";
    case "asciiNotBoundary":
      // Python up to 3.13: no \B in an empty text.
      return "(?!^$)\\B";
    case "boundary":
      return ascii ? "\\b" : `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
    case "notBoundary":
      return ascii ? "(?!^$)\\B" : `(?!^$)(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`;
  }
}
