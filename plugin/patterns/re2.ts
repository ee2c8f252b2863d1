import { type CodeSet, NON_ASCII, pairsOf, type UnicodeClass } from "./codeset.ts";
import { type Anchor, type Node, someNode } from "./syntax.ts";

/** Matching in time linear in the text, where RE2 can express the pattern. */
export interface LinearMatcher {
  /** Whether the answer for this text would be Python's. */
  covers(text: string): boolean;
  test(text: string): boolean;
}

const CLASSES: Readonly<Record<UnicodeClass, string | undefined>> = {
  d: "\\p{Nd}",
  D: "\\P{Nd}",
  w: "\\p{L}\\p{N}_",
  W: undefined,
};

/** Loads RE2 (10 to 20 ms, once) and compiles the pattern; `undefined` where RE2 cannot express it. */
export async function linearMatcher(root: Node): Promise<LinearMatcher | undefined> {
  const source = emit(root);
  if (source === undefined) return undefined;
  const { RE2JS } = await import("re2js");
  let compiled: InstanceType<typeof RE2JS>;
  try {
    compiled = RE2JS.compile(source);
  } catch {
    // Too large for RE2: the exact matcher stays.
    return undefined;
  }
  const unicodeBoundary = hasAnchor(root, "boundary") || hasAnchor(root, "notBoundary");
  const lastLineEnd = hasAnchor(root, "lastLineEnd");
  return {
    // RE2's \b knows ASCII only, and it has no $ before a final newline.
    covers: (text) =>
      text !== "" && !(lastLineEnd && text.endsWith("\n")) && !(unicodeBoundary && NON_ASCII.test(text)),
    test: (text) => compiled.test(text),
  };
}

function hasAnchor(root: Node, anchor: Anchor): boolean {
  return someNode(root, (node) => node.kind === "anchor" && node.anchor === anchor);
}

function emit(node: Node): string | undefined {
  switch (node.kind) {
    case "set":
      return emitSet(node.set);
    case "anchor":
      return ANCHORS[node.anchor];
    case "sequence":
      return joined(node.items, "");
    case "alternation": {
      if (node.branches.length === 0) return NOTHING;
      return grouped(joined(node.branches, "|"));
    }
    case "group":
      return grouped(emit(node.body));
    case "repeat": {
      const body = grouped(emit(node.body));
      if (body === undefined || node.mode === "possessive") return undefined;
      return `${body}{${node.min},${node.max === Infinity ? "" : node.max}}${node.mode === "lazy" ? "?" : ""}`;
    }
    default:
      return undefined;
  }
}

function joined(nodes: readonly Node[], separator: string): string | undefined {
  const parts = nodes.map(emit);
  return parts.includes(undefined) ? undefined : parts.join(separator);
}

function grouped(source: string | undefined): string | undefined {
  return source === undefined ? undefined : `(?:${source})`;
}

const NOTHING = "[^\\x00-\\x{10FFFF}]";

const ANCHORS: Readonly<Record<Anchor, string>> = {
  textStart: "\\A",
  lineStart: "(?m:^)",
  textEnd: "\\z",
  lastLineEnd: "\\z",
  lineEnd: "(?m:$)",
  boundary: "\\b",
  notBoundary: "\\B",
  asciiBoundary: "\\b",
  asciiNotBoundary: "\\B",
};

function emitSet(set: CodeSet): string | undefined {
  let members = "";
  for (const [first, last] of pairsOf(set.ranges)) members += `\\x{${first.toString(16)}}-\\x{${last.toString(16)}}`;
  const complement = set.classes.includes("W");
  for (const name of set.classes) members += CLASSES[name] ?? "";
  if (complement) {
    // RE2 has no sets in sets: what is no word character can only be an alternative of its own.
    if (set.negated) return undefined;
    const others = members === "" ? "" : `[${members}]|`;
    return `(?:${others}[^\\p{L}\\p{N}_])`;
  }
  if (members === "") return set.negated ? "(?s:.)" : NOTHING;
  return `[${set.negated ? "^" : ""}${members}]`;
}
