import { type CodeSet, pairsOf, type UnicodeClass } from "./codeset.ts";
import type { Anchor, Node } from "./syntax.ts";

const CLASSES: Readonly<Record<UnicodeClass, string | undefined>> = {
  d: "\\p{Nd}",
  D: "\\P{Nd}",
  w: "\\p{L}\\p{N}_",
  W: undefined,
};

const NOTHING = "[^\\x00-\\x{10FFFF}]";

/** RE2 has no `$` before a final newline, and Python's `\B` is not in an empty text. */
const ANCHORS: Readonly<Partial<Record<Anchor, string>>> = {
  textStart: "\\A",
  lineStart: "(?m:^)",
  textEnd: "\\z",
  lineEnd: "(?m:$)",
  boundary: "\\b",
  asciiBoundary: "\\b",
};

/** A pattern in RE2's syntax with lookbehinds; `undefined` where RE2 has no form for it. */
export function emitRe2(root: Node): string | undefined {
  return emit(root, true);
}

/** @param last whether nothing comes after the node, so that it may take more than it should */
function emit(node: Node, last: boolean): string | undefined {
  switch (node.kind) {
    case "set":
      return emitSet(node.set);
    case "anchor":
      if (node.anchor === "lastLineEnd" && last) return "(?:\\n?\\z)";
      return ANCHORS[node.anchor];
    case "sequence": {
      const end = node.items.length - 1;
      return joined(node.items.map((item, index) => emit(item, last && index === end)), "");
    }
    case "alternation": {
      if (node.branches.length === 0) return NOTHING;
      return enclosed("(?:", joined(node.branches.map((branch) => emit(branch, last)), "|"));
    }
    case "group":
      return enclosed("(", emit(node.body, false));
    case "repeat": {
      const body = enclosed("(?:", emit(node.body, false));
      if (body === undefined) return undefined;
      return `${body}{${node.min},${node.max === Infinity ? "" : node.max}}${node.mode === "lazy" ? "?" : ""}`;
    }
    case "look":
      return node.behind === undefined ? undefined : enclosed(node.negative ? "(?<!" : "(?<=", emit(node.body, false));
    default:
      return undefined;
  }
}

function joined(parts: readonly (string | undefined)[], separator: string): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join(separator);
}

function enclosed(opening: string, source: string | undefined): string | undefined {
  return source === undefined ? undefined : `${opening}${source})`;
}

function emitSet(set: CodeSet): string | undefined {
  let members = "";
  for (const [first, last] of pairsOf(set.ranges)) members += `\\x{${first.toString(16)}}-\\x{${last.toString(16)}}`;
  for (const name of set.classes) members += CLASSES[name] ?? "";
  if (set.classes.includes("W")) {
    // RE2 has no sets in sets: what is no word character can only be an alternative of its own.
    if (set.negated) return undefined;
    const others = members === "" ? "" : `[${members}]|`;
    return `(?:${others}[^\\p{L}\\p{N}_])`;
  }
  if (members === "") return set.negated ? "(?s:.)" : NOTHING;
  return `[${set.negated ? "^" : ""}${members}]`;
}
