import { dependsOnCaptures, EMPTY, type Node, type RepeatNode, sequenceOf } from "./syntax.ts";

/**
 * A smaller pattern that occurs in the same texts, for when only that counts: `.*_total` becomes `_total`, which is
 * what keeps it from being quadratic. Groups no longer capture. Patterns with back-references stay as they are.
 */
export function reduceForSearch(root: Node): Node {
  return dependsOnCaptures(root) ? root : trimStart(trimEnd(withoutCaptures(root)));
}

/** The same pattern with groups that only group. */
function withoutCaptures(node: Node): Node {
  switch (node.kind) {
    case "group":
      return withoutCaptures(node.body);
    case "sequence":
      return sequenceOf(node.items.map(withoutCaptures));
    case "alternation":
      return { ...node, branches: node.branches.map(withoutCaptures) };
    case "repeat":
    case "look":
    case "atomic":
      return { ...node, body: withoutCaptures(node.body) };
    default:
      return node;
  }
}

/** Nothing follows, so whatever may match the empty string can go, and repeats stop as soon as they may. */
function trimEnd(node: Node): Node {
  switch (node.kind) {
    case "sequence": {
      const items = [...node.items];
      for (let last = items.pop(); last; last = items.pop()) {
        const trimmed = trimEnd(last);
        if (!isEmpty(trimmed)) return sequenceOf([...items, trimmed]);
      }
      return EMPTY;
    }
    case "alternation":
      return alternation(node.branches.map(trimEnd));
    case "atomic":
      return trimEnd(node.body);
    case "repeat":
      return shortest(node, trimEnd);
    default:
      return node;
  }
}

/** A search may begin later, so leading repeats need no more than their last iterations. */
function trimStart(node: Node): Node {
  switch (node.kind) {
    case "sequence": {
      for (const [index, item] of node.items.entries()) {
        const trimmed = trimStart(item);
        if (!isEmpty(trimmed)) return sequenceOf([trimmed, ...node.items.slice(index + 1)]);
      }
      return EMPTY;
    }
    case "alternation":
      return alternation(node.branches.map(trimStart));
    case "repeat":
      return shortest(node, trimStart);
    default:
      return node;
  }
}

function shortest(node: RepeatNode, trim: (node: Node) => Node): Node {
  if (node.min === 0) return EMPTY;
  return node.min === 1 ? trim(node.body) : { ...node, max: node.min };
}

function isEmpty(node: Node): boolean {
  return node.kind === "sequence" && node.items.length === 0;
}

/** A branch that needs nothing makes the others needless. */
function alternation(branches: readonly Node[]): Node {
  return branches.some(isEmpty) ? EMPTY : { kind: "alternation", branches };
}
