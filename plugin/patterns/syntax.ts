import type { CodeSet } from "./codeset.ts";

/**
 * A zero-width test. `lastLineEnd` is Python's `$`: the end of the text, or before a newline that ends the text;
 * `lineStart` and `lineEnd` are `^` and `$` under the flag `m`.
 */
export type Anchor =
  | "textStart"
  | "lineStart"
  | "textEnd"
  | "lastLineEnd"
  | "lineEnd"
  | "boundary"
  | "notBoundary"
  | "asciiBoundary"
  | "asciiNotBoundary";

/** How letters are compared: exactly, with Unicode's simple lower case, or with ASCII's. */
export type Fold = "none" | "unicode" | "ascii";

export type RepeatMode = "greedy" | "lazy";

/** One code point of the set. Case-insensitivity is already worked into the set. */
export interface SetNode {
  readonly kind: "set";
  readonly set: CodeSet;
}

export interface AnchorNode {
  readonly kind: "anchor";
  readonly anchor: Anchor;
}

export interface SequenceNode {
  readonly kind: "sequence";
  readonly items: readonly Node[];
}

/** The first branch that lets the rest match wins. No branches at all: matches nothing. */
export interface AlternationNode {
  readonly kind: "alternation";
  readonly branches: readonly Node[];
}

/** A capturing group; `index` from 1. */
export interface GroupNode {
  readonly kind: "group";
  readonly index: number;
  readonly body: Node;
}

export interface RepeatNode {
  readonly kind: "repeat";
  readonly min: number;
  /** `Infinity` when there is no bound. */
  readonly max: number;
  readonly mode: RepeatMode;
  readonly body: Node;
}

/** A lookahead, or a lookbehind of `width` code points. */
export interface LookNode {
  readonly kind: "look";
  readonly negative: boolean;
  /** `undefined`: looks ahead. */
  readonly behind: number | undefined;
  readonly body: Node;
}

/** `(?>…)`, or a possessive repeat: its first match is final. */
export interface AtomicNode {
  readonly kind: "atomic";
  readonly body: Node;
}

export interface BackreferenceNode {
  readonly kind: "backreference";
  readonly group: number;
  readonly fold: Fold;
  /** The most code points that the group takes; `Infinity` when there is no bound. */
  readonly width: number;
}

export interface ConditionalNode {
  readonly kind: "conditional";
  readonly group: number;
  readonly yes: Node;
  readonly no: Node;
}

/** A syntax tree; the flags of the source are resolved into its nodes. */
export type Node =
  | SetNode
  | AnchorNode
  | SequenceNode
  | AlternationNode
  | GroupNode
  | RepeatNode
  | LookNode
  | AtomicNode
  | BackreferenceNode
  | ConditionalNode;

export const EMPTY: SequenceNode = { kind: "sequence", items: [] };
export const NEVER: AlternationNode = { kind: "alternation", branches: [] };

/** Nodes one after the other; sequences among them are taken apart. */
export function sequenceOf(nodes: readonly Node[]): Node {
  const items = nodes.flatMap((node) => node.kind === "sequence" ? node.items : [node]);
  const [only, more] = items;
  return only && !more ? only : { kind: "sequence", items };
}

/** A parsed pattern. */
export interface Syntax {
  readonly root: Node;
  /** How many capturing groups there are. */
  readonly groups: number;
}

/** The nodes directly below a node. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "sequence":
      return node.items;
    case "alternation":
      return node.branches;
    case "group":
    case "repeat":
    case "look":
    case "atomic":
      return [node.body];
    case "conditional":
      return [node.yes, node.no];
    default:
      return [];
  }
}

/** Whether the node or one below it satisfies the test. */
export function someNode(node: Node, test: (node: Node) => boolean): boolean {
  return test(node) || childrenOf(node).some((child) => someNode(child, test));
}

/** The sets of a node and of those below it. */
export function allSets(node: Node): CodeSet[] {
  return node.kind === "set" ? [node.set] : childrenOf(node).flatMap(allSets);
}

/** Whether what matches depends on what a group captured before. */
export function dependsOnCaptures(node: Node): boolean {
  return someNode(node, (n) => n.kind === "backreference" || n.kind === "conditional");
}
