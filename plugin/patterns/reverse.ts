import type { Anchor, Node } from "./syntax.ts";

const REVERSED: Readonly<Partial<Record<Anchor, Anchor>>> = {
  textStart: "textEnd",
  textEnd: "textStart",
  lineStart: "lineEnd",
  lineEnd: "lineStart",
};

/** What Python's `$` becomes, read from the end: the text's start, or after a newline that starts it. */
const LAST_LINE_END: Node = {
  kind: "look",
  negative: false,
  behind: 1,
  body: {
    kind: "sequence",
    items: [{ kind: "anchor", anchor: "textStart" }, {
      kind: "repeat",
      min: 0,
      max: 1,
      mode: "greedy",
      body: { kind: "set", set: { ranges: [10, 10], classes: [], negated: false } },
    }],
  },
};

/**
 * The pattern that occurs in a text read backwards where this one occurs in the text; lookaheads are lookbehinds there.
 *
 * @param root without groups and references
 */
export function reversed(root: Node): Node {
  switch (root.kind) {
    case "anchor":
      if (root.anchor === "lastLineEnd") return LAST_LINE_END;
      return { ...root, anchor: REVERSED[root.anchor] ?? root.anchor };
    case "sequence":
      return { ...root, items: root.items.map(reversed).reverse() };
    case "alternation":
      return { ...root, branches: root.branches.map(reversed) };
    case "look":
      return { ...root, behind: root.behind === undefined ? 0 : undefined, body: reversed(root.body) };
    case "repeat":
      return { ...root, body: reversed(root.body) };
    default:
      return root;
  }
}

/** A text's code points from last to first. */
export function reversedText(text: string): string {
  return [...text].reverse().join("");
}
