import { type CodeSet, onlyMember, pairsOf, type UnicodeClass } from "./codeset.ts";
import type { Anchor, Node } from "./syntax.ts";

const CLASSES: Readonly<Record<UnicodeClass, string>> = {
  d: "\\p{Nd}",
  D: "\\P{Nd}",
  w: "\\p{L}\\p{N}_",
  W: "[^\\p{L}\\p{N}_]",
};

const WORD = `[${CLASSES.w}]`;

const ANCHORS: Readonly<Record<Anchor, string>> = {
  textStart: "^",
  lineStart: "(?<![^\\n])",
  textEnd: "$",
  lastLineEnd: "(?=\\n?$)",
  lineEnd: "(?![^\\n])",
  boundary: `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`,
  // Python up to 3.13: no \B in an empty text.
  notBoundary: `(?!^$)(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`,
  asciiBoundary: "\\b",
  asciiNotBoundary: "(?!^$)\\B",
};

/**
 * A pattern in JavaScript's syntax, for the flag `v`; group n is named `gn`.
 *
 * @param root without conditionals
 */
export function emitNative(root: Node): string {
  let atomics = 0;
  const emit = (node: Node): string => {
    switch (node.kind) {
      case "set":
        return emitSet(node.set);
      case "anchor":
        return ANCHORS[node.anchor];
      case "sequence":
        return node.items.map(emit).join("");
      case "alternation":
        return node.branches.length === 0 ? "(?!)" : `(?:${node.branches.map(emit).join("|")})`;
      case "repeat": {
        const body = node.body.kind === "set" ? emit(node.body) : `(?:${emit(node.body)})`;
        const max = node.max === Infinity ? "" : node.max;
        return `${body}{${node.min},${max}}${node.mode === "lazy" ? "?" : ""}`;
      }
      case "look":
        return `(?${node.behind === undefined ? "" : "<"}${node.negative ? "!" : "="}${emit(node.body)})`;
      case "group":
        return `(?<g${node.index}>${emit(node.body)})`;
      case "atomic": {
        // A lookahead is never gone back into.
        const name = `a${++atomics}`;
        return `(?:(?=(?<${name}>${emit(node.body)}))\\k<${name}>)`;
      }
      case "backreference":
        return `\\k<g${node.group}>`;
      case "conditional":
        throw new TypeError("JavaScript has no conditionals");
    }
  };
  return emit(root);
}

function emitSet(set: CodeSet): string {
  const member = onlyMember(set);
  if (member !== undefined) return character(member);
  let members = "";
  for (const [first, last] of pairsOf(set.ranges)) members += `${character(first)}-${character(last)}`;
  for (const name of set.classes) members += CLASSES[name];
  return `[${set.negated ? "^" : ""}${members}]`;
}

function character(codePoint: number): string {
  const char = String.fromCodePoint(codePoint);
  return /^[A-Za-z0-9_]$/.test(char) ? char : `\\u{${codePoint.toString(16)}}`;
}
