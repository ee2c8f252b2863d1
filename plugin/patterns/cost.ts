import { ANY, type CodeSet, mayOverlap } from "./codeset.ts";
import type { Node, RepeatNode } from "./syntax.ts";

/**
 * What a backtracking engine does, at worst, from a node on to the end of the pattern: at most `steps` × n^`exponent`
 * steps for a text of n characters. Engines differ in constants, not in this.
 */
export interface Cost {
  readonly steps: number;
  /** `Infinity`: exponential, or not known to be less. */
  readonly exponent: number;
  /** Sets that hold whatever character may be taken first. */
  readonly first: readonly CodeSet[];
  /** Whether it may succeed without taking a character. */
  readonly nullable: boolean;
}

const END: Cost = { steps: 1, exponent: 0, first: [], nullable: true };
const UNKNOWN: Cost = { steps: Infinity, exponent: Infinity, first: [ANY], nullable: true };

/** More steps than this for an empty text, and the pattern counts as exponential. */
const MAX_STEPS = 2 ** 24;
/** Bounded repeats of ambiguous bodies are written out up to this often. */
const MAX_UNROLLED = 64;
/** Nodes looked at, over and over in nested repeats, before the analysis gives up. */
const MAX_VISITS = 50_000;
/** Sets compared with sets, likewise. */
const MAX_FIRST_SETS = 64;

/** The worst case of matching a pattern at one place of a text. */
export function costOf(root: Node): Cost {
  return new Analysis().cost(root, END);
}

/** Whether a pattern can only match where the text begins, so that a search has one place to try. */
export function isAnchored(node: Node): boolean {
  switch (node.kind) {
    case "anchor":
      return node.anchor === "textStart";
    case "sequence": {
      const item = node.items.find((item) => isAnchored(item) || (item.kind !== "anchor" && item.kind !== "look"));
      return item !== undefined && isAnchored(item);
    }
    case "alternation":
      return node.branches.length > 0 && node.branches.every(isAnchored);
    case "group":
    case "atomic":
      return isAnchored(node.body);
    default:
      return false;
  }
}

class Analysis {
  #visits = 0;

  cost(node: Node, rest: Cost): Cost {
    if (++this.#visits > MAX_VISITS || rest.exponent === Infinity) return UNKNOWN;
    const cost = this.#costOf(node, rest);
    return cost.steps > MAX_STEPS || cost.first.length > MAX_FIRST_SETS * 4 ? UNKNOWN : cost;
  }

  #costOf(node: Node, rest: Cost): Cost {
    switch (node.kind) {
      case "set":
        return { ...rest, steps: rest.steps + 1, first: [node.set], nullable: false };
      case "anchor":
        return { ...rest, steps: rest.steps + 2 };
      case "sequence":
        return node.items.reduceRight((tail, item) => this.cost(item, tail), rest);
      case "alternation":
        return this.#alternation(node.branches, rest);
      case "group":
        return this.cost(node.body, rest);
      case "atomic": {
        // What follows is tried once, after the first way through the body.
        const body = this.cost(node.body, END);
        return {
          steps: body.steps + rest.steps,
          exponent: Math.max(body.exponent, rest.exponent),
          first: body.nullable ? [...body.first, ...rest.first] : body.first,
          nullable: body.nullable && rest.nullable,
        };
      }
      case "look": {
        const body = this.cost(node.body, END);
        const exponent = Math.max(body.exponent, rest.exponent);
        return { ...rest, steps: body.steps + rest.steps, exponent };
      }
      case "repeat":
        return this.#repeat(node, rest);
      case "backreference":
        if (node.width === Infinity) {
          return { steps: rest.steps + 1, exponent: Math.max(1, rest.exponent), first: [ANY], nullable: true };
        }
        return { ...rest, steps: rest.steps + 1 + node.width, first: [ANY], nullable: true };
      case "conditional":
        return this.#alternation([node.yes, node.no], rest);
    }
  }

  #alternation(branches: readonly Node[], rest: Cost): Cost {
    const costs = branches.map((branch) => this.cost(branch, rest));
    const exclusive = areExclusive(costs);
    return {
      // Of branches that begin differently only one is followed, the others fail on their first character.
      steps: exclusive ? Math.max(1, ...costs.map((cost) => cost.steps)) + costs.length : sum(costs),
      exponent: Math.max(0, ...costs.map((cost) => cost.exponent)),
      first: costs.flatMap((cost) => cost.first),
      nullable: costs.some((cost) => cost.nullable),
    };
  }

  #repeat(node: RepeatNode, rest: Cost): Cost {
    if (node.max === 0) return rest;
    const body = this.cost(node.body, END);
    const again: Cost = { ...body, nullable: false };
    const onePath = takesCharacters(node.body, body) && this.#hasOnePath(node.body, again);
    if (!onePath) return node.max > MAX_UNROLLED ? UNKNOWN : this.#unrolled(node, rest);

    // Only one way to be anywhere inside the loop; may it be left in several places, each with its own rest?
    const leaving: Cost = { ...again, first: [...body.first, ...rest.first] };
    const oneExit = (node.min === node.max || excludes(rest, body.first)) && this.#hasOnePath(node.body, leaving);
    const copies = Math.max(1, node.max === Infinity ? node.min : node.max);
    const long = node.max === Infinity || body.exponent > 0;
    const exits = oneExit || long ? 1 : node.max - node.min + 1;
    const onePass = long ? 1 : 0;
    return {
      steps: body.steps * copies + rest.steps * exits,
      exponent: oneExit || !long ? Math.max(onePass, rest.exponent) : 1 + rest.exponent,
      first: node.min === 0 ? [...body.first, ...rest.first] : body.first,
      nullable: node.min === 0 && rest.nullable,
    };
  }

  /** An ambiguous body: each further iteration multiplies what the rest costs. */
  #unrolled(node: RepeatNode, rest: Cost): Cost {
    let cost = rest;
    for (let i = node.max; i > node.min; i--) {
      const taken = this.cost(node.body, cost);
      cost = {
        steps: excludes(rest, taken.first) && !taken.nullable
          ? Math.max(taken.steps, rest.steps) + 1
          : taken.steps + rest.steps,
        exponent: Math.max(taken.exponent, rest.exponent),
        first: [...taken.first, ...rest.first],
        nullable: taken.nullable || rest.nullable,
      };
    }
    for (let i = 0; i < node.min; i++) cost = this.cost(node.body, cost);
    return cost;
  }

  /** Whether the next character always decides which way to go through a node. */
  #hasOnePath(node: Node, rest: Cost): boolean {
    if (++this.#visits > MAX_VISITS) return false;
    switch (node.kind) {
      case "set":
      case "anchor":
      // What was captured is one text, and is there or not.
      case "backreference":
        return true;
      case "conditional":
        return this.#hasOnePath(node.yes, rest) && this.#hasOnePath(node.no, rest);
      case "look":
        return this.cost(node.body, END).exponent === 0;
      case "group":
        return this.#hasOnePath(node.body, rest);
      case "sequence": {
        let tail = rest;
        for (const item of node.items.toReversed()) {
          if (!this.#hasOnePath(item, tail)) return false;
          tail = this.cost(item, tail);
        }
        return tail.exponent !== Infinity;
      }
      case "alternation":
        return areExclusive(node.branches.map((branch) => this.cost(branch, rest))) &&
          node.branches.every((branch) => this.#hasOnePath(branch, rest));
      case "repeat": {
        const body = this.cost(node.body, END);
        const leaving: Cost = { ...body, nullable: false, first: [...body.first, ...rest.first] };
        return takesCharacters(node.body, body) && (node.min === node.max || excludes(rest, body.first)) &&
          this.#hasOnePath(node.body, leaving);
      }
      default:
        return false;
    }
  }
}

/** Whether iterations get on: an empty one, of a reference to a group that captured nothing, ends the loop. */
function takesCharacters(body: Node, cost: Cost): boolean {
  return !cost.nullable || body.kind === "backreference";
}

/** Whether none of the sets' characters can begin this. */
export function excludes(cost: Cost, sets: readonly CodeSet[]): boolean {
  if (cost.nullable || cost.first.length > MAX_FIRST_SETS || sets.length > MAX_FIRST_SETS) return false;
  return !sets.some((set) => cost.first.some((other) => mayOverlap(set, other)));
}

function areExclusive(costs: readonly Cost[]): boolean {
  return costs.length <= MAX_FIRST_SETS &&
    costs.every((cost, index) =>
      !cost.nullable && costs.slice(index + 1).every((other) => excludes(other, cost.first))
    );
}

function sum(costs: readonly Cost[]): number {
  return costs.reduce((total, cost) => total + cost.steps, 1);
}
