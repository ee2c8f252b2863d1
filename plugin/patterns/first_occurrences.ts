import { type CodeSet, isWithin } from "./codeset.ts";
import { costOf, isAnchored } from "./cost.ts";
import { childrenOf, dependsOnCaptures, type Node, type RepeatNode, sequenceOf } from "./syntax.ts";
import { widthOf } from "./width.ts";

/**
 * A pattern that occurs in the same texts and needs less time: `a.*b.*c` is searched for as a person would, the first
 * `a` of a line, the first `b` after it, then any `c`. Going back to a later `a` or `b` cannot help, since what the loop
 * passes over includes all that these can be.
 */
export interface Rewritten {
  readonly root: Node;
  /** Whether a search from every place of the text, too, is linear: each run of the loop's characters is read once. */
  readonly readsOnce: boolean;
}

/** @param root a pattern of which only whether it occurs counts */
export function firstOccurrences(root: Node): Rewritten {
  if (dependsOnCaptures(root)) return { root, readsOnce: false };
  const inner = insideLookaheads(root);
  if (isAnchored(inner)) return { root: fromOnePlace(inner), readsOnce: false };
  const parts = partsOf(inner);
  if (parts === undefined || !parts.segments.every((segment) => costOf(segment).exponent === 0)) {
    return { root: inner, readsOnce: false };
  }
  const [first, ...others] = parts.segments;
  if (first === undefined || !isPassedOver(first, parts.loop)) return { root: inner, readsOnce: false };
  const runStart: Node = { kind: "look", negative: true, behind: 1, body: parts.loop.body };
  return { root: sequenceOf([runStart, firstOf(first, parts.loop), ...after(others, parts.loop)]), readsOnce: true };
}

/** The bodies of lookaheads begin at one place, too. */
function insideLookaheads(node: Node): Node {
  switch (node.kind) {
    case "sequence":
      return { ...node, items: node.items.map(insideLookaheads) };
    case "alternation":
      return { ...node, branches: node.branches.map(insideLookaheads) };
    case "look":
      return node.behind === undefined ? { ...node, body: fromOnePlace(insideLookaheads(node.body)) } : node;
    default:
      return node;
  }
}

/** For a pattern that is tried at one place only. */
function fromOnePlace(node: Node): Node {
  const parts = partsOf(node);
  if (parts === undefined) return node;
  const [first, ...others] = parts.segments;
  return first === undefined ? node : sequenceOf([first, ...after(others, parts.loop)]);
}

/** What follows the first loop. */
function after(segments: readonly Node[], loop: RepeatNode): Node[] {
  const last = segments.at(-1);
  const between = segments.slice(0, -1).map((segment) => firstOf(segment, loop));
  return last === undefined ? [] : [...between, loop, last];
}

function firstOf(segment: Node, loop: RepeatNode): Node {
  return { kind: "atomic", body: sequenceOf([{ ...loop, mode: "lazy" }, segment]) };
}

interface Parts {
  /** What stands before, between and after the loops. */
  readonly segments: readonly Node[];
  readonly loop: RepeatNode;
}

/** Takes a sequence apart at its loops, when they are all of one set and pass over what stands between them. */
function partsOf(node: Node): Parts | undefined {
  const items = node.kind === "sequence" ? node.items : [node];
  let loop: RepeatNode | undefined;
  const segments: Node[][] = [[]];
  for (const item of items) {
    if (item.kind !== "repeat" || item.max !== Infinity || item.body.kind !== "set") segments.at(-1)?.push(item);
    else {
      if (loop !== undefined && !isSameSet(loop.body, item.body)) return undefined;
      loop = { ...item, min: 0, mode: "greedy" };
      if (item.min > 0) segments.at(-1)?.push({ ...item, max: item.min });
      segments.push([]);
    }
  }
  if (loop === undefined) return undefined;
  const parts = { segments: segments.map(sequenceOf), loop };
  return parts.segments.slice(1, -1).every((segment) => isPassedOver(segment, parts.loop)) ? parts : undefined;
}

/** Whether a segment has one width, so that the first one ends first, and the loop takes whatever it takes. */
function isPassedOver(segment: Node, { body }: RepeatNode): boolean {
  const width = widthOf(segment, new Map());
  return body.kind === "set" && width.min === width.max && takenSets(segment).every((set) => isWithin(set, body.set));
}

/** The sets that a node takes characters from; lookaround takes none. */
function takenSets(node: Node): CodeSet[] {
  if (node.kind === "set") return [node.set];
  return node.kind === "look" ? [] : childrenOf(node).flatMap(takenSets);
}

function isSameSet(a: Node, b: Node): boolean {
  return a.kind === "set" && b.kind === "set" && JSON.stringify(a.set) === JSON.stringify(b.set);
}
