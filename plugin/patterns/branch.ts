import type { CodeSet } from "./codeset.ts";
import type { Flags } from "./flags.ts";
import type { Quantifier } from "./quantifiers.ts";
import { makeSet } from "./sets.ts";
import { type Anchor, EMPTY, NEVER, type Node } from "./syntax.ts";

/** One branch of an alternation, as it is read. */
export class Branch {
  readonly #items: Node[] = [];
  /** What a quantifier would repeat. */
  #last: "nothing" | "anchor" | "repeat" | "item" = "nothing";

  get last(): "nothing" | "anchor" | "repeat" | "item" {
    return this.#last;
  }

  add(node: Node): void {
    this.#items.push(node);
    this.#last = "item";
  }

  addAnchor(anchor: Anchor): void {
    this.#items.push({ kind: "anchor", anchor });
    this.#last = "anchor";
  }

  /** @param suffix `?` or `+` after the quantifier */
  repeat(quantifier: Quantifier, suffix: "?" | "+" | undefined): void {
    const body = this.#items.pop() ?? EMPTY;
    this.#items.push(
      suffix === "+"
        ? possessive(quantifier, body)
        : { kind: "repeat", ...quantifier, mode: suffix === "?" ? "lazy" : "greedy", body },
    );
    this.#last = "repeat";
  }

  node(): Node {
    const [only, more] = this.#items;
    return only && !more ? only : { kind: "sequence", items: this.#items };
  }
}

/** Python goes back neither into a possessive repeat nor into one of its iterations. */
function possessive(quantifier: Quantifier, body: Node): Node {
  const iteration: Node = body.kind === "set" ? body : { kind: "atomic", body };
  return { kind: "atomic", body: { kind: "repeat", ...quantifier, mode: "greedy", body: iteration } };
}

/** The anchor of a backslash token, if it is one. */
export function anchorOf(escape: string, flags: Flags): Anchor | undefined {
  switch (escape) {
    case "\\A":
      return "textStart";
    case "\\Z":
      return "textEnd";
    case "\\b":
      return flags.ascii ? "asciiBoundary" : "boundary";
    case "\\B":
      return flags.ascii ? "asciiNotBoundary" : "notBoundary";
    default:
      return undefined;
  }
}

export function setNode(set: CodeSet): Node {
  return { kind: "set", set };
}

/** A character, in both cases where the flags ignore case. */
export function character(codePoint: number, flags: Flags): Node {
  return setNode(makeSet([codePoint, codePoint], [], false, flags));
}

/** @param behind the width of a lookbehind */
export function look(negative: boolean, behind: number | undefined, body: Node): Node {
  // `(?!)` is how people write "never".
  if (negative && body.kind === "sequence" && body.items.length === 0) return NEVER;
  return { kind: "look", negative, behind, body };
}
