import { type Node, someNode } from "./syntax.ts";
import { widthOf } from "./width.ts";

/**
 * Whether all engines see the groups of a pattern as Python does. They differ about groups in repeats (JavaScript forgets
 * those of earlier iterations), about iterations that take nothing, and about groups in lookaround.
 */
export function capturesAlike(root: Node): boolean {
  return !someNode(root, (node) => {
    switch (node.kind) {
      case "repeat":
        return node.max > node.min && widthOf(node.body, new Map()).min === 0 || node.max > 1 && hasGroup(node.body);
      case "look":
        return hasGroup(node.body);
      default:
        return false;
    }
  });
}

function hasGroup(root: Node): boolean {
  return someNode(root, (node) => node.kind === "group");
}
