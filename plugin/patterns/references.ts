import type { Node } from "./syntax.ts";

/**
 * Whether each back-reference comes after a group that has certainly matched then. A reference to one that has not is a
 * failure in Python and an empty text in JavaScript. Case is compared in other ways, too, and conditionals are none.
 */
export function hasSureReferences(root: Node): boolean {
  return groupsAfter(root, new Set()) !== undefined;
}

/**
 * The groups that have matched after a node.
 *
 * @param before those that have matched before it
 * @returns `undefined` when a reference in the node is not sure
 */
function groupsAfter(node: Node, before: ReadonlySet<number>): ReadonlySet<number> | undefined {
  switch (node.kind) {
    case "set":
    case "anchor":
      return before;
    case "sequence":
      return node.items.reduce(
        (known: ReadonlySet<number> | undefined, item) => known && groupsAfter(item, known),
        before,
      );
    case "alternation":
      return node.branches.every((branch) => groupsAfter(branch, before) !== undefined) ? before : undefined;
    case "group": {
      const inside = groupsAfter(node.body, before);
      return inside && new Set([...inside, node.index]);
    }
    case "atomic":
      return groupsAfter(node.body, before);
    case "repeat": {
      const inside = groupsAfter(node.body, before);
      return node.min > 0 ? inside : inside && before;
    }
    case "look":
      return groupsAfter(node.body, node.behind === undefined ? before : new Set()) && before;
    case "backreference":
      return node.fold === "none" && before.has(node.group) ? before : undefined;
    case "conditional":
      return undefined;
  }
}
