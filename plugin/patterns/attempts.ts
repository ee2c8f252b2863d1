import type { CodeSet } from "./codeset.ts";
import { costOf, excludes, isAnchored } from "./cost.ts";
import { allSets, type Node, someNode } from "./syntax.ts";

/**
 * How many attempts of a search may read the same character of a text, at most: one for a pattern that begins where the
 * text begins. `Infinity` where every place may begin an attempt that reads to the end.
 *
 * What begins with a character that no loop takes (`_v\d+$`) does not begin inside what a loop of an earlier attempt
 * read, only inside the rest of it, which is short.
 */
export function attemptsAt(root: Node): number {
  if (isAnchored(root)) return 1;
  const looped: CodeSet[] = [];
  someNode(root, (node) => {
    if (node.kind === "repeat" && node.max === Infinity) looped.push(...allSets(node.body));
    return false;
  });
  if (hasReference(root) || !excludes(costOf(root), looped)) return Infinity;
  return 1 + widthOutsideLoops(root);
}

function hasReference(root: Node): boolean {
  return someNode(root, (node) => node.kind === "backreference");
}

/** The most characters that a node takes, those of loops left out; with those that its lookaheads read. */
function widthOutsideLoops(node: Node): number {
  switch (node.kind) {
    case "set":
      return 1;
    case "repeat":
      return node.max === Infinity ? 0 : node.max * widthOutsideLoops(node.body);
    case "alternation":
      return Math.max(0, ...node.branches.map(widthOutsideLoops));
    case "sequence":
      return node.items.reduce((sum, item) => sum + widthOutsideLoops(item), 0);
    case "group":
    case "atomic":
    case "look":
      return widthOutsideLoops(node.body);
    default:
      return 0;
  }
}
