import { costOf, isAnchored } from "./cost.ts";
import { reduceForSearch } from "./reduce.ts";
import { type AlternationNode, dependsOnCaptures, NEVER, type Node, type Syntax } from "./syntax.ts";

/** Several patterns, arranged to be searched for together. */
export interface Alternatives {
  /** All as branches of one, groups numbered through. */
  readonly merged: Syntax;
  /** Reduced patterns that take linear time natively also when they are branches of one. */
  readonly quick: readonly Node[];
  /** Those that are better searched for one by one. */
  readonly others: readonly Syntax[];
}

export function alternatives(patterns: readonly Syntax[]): Alternatives {
  const anchored: Node[] = [];
  const floating: Node[] = [];
  const others: Syntax[] = [];
  for (const pattern of patterns) {
    const reduced = reduceForSearch(pattern.root);
    const { exponent } = costOf(reduced);
    if (dependsOnCaptures(reduced)) others.push(pattern);
    else if (isAnchored(reduced) && exponent <= 1) anchored.push(reduced);
    else if (exponent === 0) floating.push(reduced);
    else others.push(pattern);
  }
  const quick = [anchored, floating].filter((branches) => branches.length > 0).map(alternationOf);
  return { merged: merge(patterns), quick, others };
}

function alternationOf(branches: readonly Node[]): AlternationNode {
  return { kind: "alternation", branches };
}

function merge(patterns: readonly Syntax[]): Syntax {
  let groups = 0;
  const branches = patterns.map((pattern) => {
    const root = renumbered(pattern.root, groups);
    groups += pattern.groups;
    return root;
  });
  return { root: branches.length === 0 ? NEVER : alternationOf(branches), groups };
}

/** The same pattern with all group numbers raised by an offset. */
function renumbered(node: Node, offset: number): Node {
  const below = (child: Node) => renumbered(child, offset);
  switch (node.kind) {
    case "sequence":
      return { ...node, items: node.items.map(below) };
    case "alternation":
      return { ...node, branches: node.branches.map(below) };
    case "group":
      return { ...node, index: node.index + offset, body: below(node.body) };
    case "repeat":
    case "look":
    case "atomic":
      return { ...node, body: below(node.body) };
    case "backreference":
      return { ...node, group: node.group + offset };
    case "conditional":
      return { ...node, group: node.group + offset, yes: below(node.yes), no: below(node.no) };
    default:
      return node;
  }
}
