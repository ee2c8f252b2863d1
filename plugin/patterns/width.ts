import type { Node } from "./syntax.ts";

/** How many code points a node takes, at least and at most (`Infinity`: no bound). */
export interface Width {
  readonly min: number;
  readonly max: number;
}

const ZERO: Width = { min: 0, max: 0 };

/**
 * The width of a node, counted as Python does for lookbehind.
 *
 * @param groups the widths of the groups that back-references refer to
 */
export function widthOf(node: Node, groups: ReadonlyMap<number, Width>): Width {
  switch (node.kind) {
    case "set":
      return { min: 1, max: 1 };
    case "anchor":
    case "look":
      return ZERO;
    case "sequence":
      return node.items.reduce((sum: Width, item) => {
        const width = widthOf(item, groups);
        return { min: sum.min + width.min, max: sum.max + width.max };
      }, ZERO);
    case "alternation":
      // No branches: `(?!)`, which Python counts as any other lookahead.
      if (node.branches.length === 0) return ZERO;
      return node.branches.map((branch) => widthOf(branch, groups)).reduce(either, { min: Infinity, max: 0 });
    case "group":
    case "atomic":
      return widthOf(node.body, groups);
    case "repeat": {
      const { min, max } = widthOf(node.body, groups);
      return { min: min * node.min, max: max === 0 || node.max === 0 ? 0 : max * node.max };
    }
    case "backreference":
      return groups.get(node.group) ?? ZERO;
    case "conditional":
      return either(widthOf(node.yes, groups), widthOf(node.no, groups));
  }
}

function either(a: Width, b: Width): Width {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}
