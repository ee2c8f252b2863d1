import { isWhiteSpace } from "./white_space.ts";

const QUOTE = 34;
const EQUALS = 61;
const COMMA = 44;
const BACKSLASH = 92;

/** The escapes of label values: OpenMetrics 1.0, "Escaping"; a backslash before anything else stands for itself. */
const ESCAPE = /\\[\\n"]/g;

/** A label value, a quoted name or OpenMetrics' HELP text without its escapes; the rare backslash chooses the slow path. */
export function unescape(text: string): string {
  return text.includes("\\") ? text.replace(ESCAPE, (escape) => escape === "\\n" ? "\n" : escape.charAt(1)) : text;
}

/** Of longer blocks, the further names are not remembered. */
const MAX_NAMES = 32;
/** Longer names are not remembered, in characters. */
const MAX_NAME_LENGTH = 200;

/** Splits label blocks that a sample's reader found well-formed. */
export class LabelSplitter {
  /**
   * The names of the last block, by position: blocks in a row mostly have the same ones, and comparing with a known
   * name is cheaper than searching its end and making it anew (bench: parsers, "labels decoded").
   */
  readonly #lastNames: string[] = [];
  /** What stands in a block between the value before and its own: `,name="`; the first one has no comma. */
  readonly #starts: string[] = [];
  /** So many of them, from the first on, are known to differ from each other. */
  #distinct = 0;
  /** Whether a name may stand twice in the block that was split last. */
  mayRepeat = true;

  /** Says that no name stands twice in a block: nor does it in the next ones that have the same names in the same places. */
  areDistinct(labels: readonly string[]): void {
    const count = labels.length >> 1;
    for (let k = 0; k < count; k++) if (labels[2 * k] !== this.#lastNames[k]) return;
    if (count > this.#distinct) this.#distinct = count;
  }

  /**
   * Names and unescaped values in turn. White space around names and values and a trailing comma are let pass, and names
   * in quotes are read: what a format does not allow of these, its reader has refused.
   */
  split(block: string): string[] {
    const escapes = block.includes("\\");
    return (escapes ? undefined : this.#splitAsLast(block)) ?? this.#splitAnew(block, escapes);
  }

  /** Splits a block that has the names of the last ones, in their order, and nothing that has to be let pass. */
  #splitAsLast(block: string): string[] | undefined {
    const labels: string[] = [];
    // TorchServe's own client writes a comma behind the last label, too.
    const end = block.endsWith(",") ? block.length - 1 : block.length;
    let k = 0;
    for (let start = 0; start < end; k++) {
      const named = this.#starts[k];
      if (named === undefined || !block.startsWith(named, start)) return undefined;
      const valueStart = start + named.length;
      const quote = block.indexOf('"', valueStart);
      if (quote === -1) return undefined;
      labels.push(this.#lastNames[k]!, block.slice(valueStart, quote));
      start = quote + 1;
    }
    this.mayRepeat = k > this.#distinct;
    return labels;
  }

  #splitAnew(block: string, escapes: boolean): string[] {
    const labels: string[] = [];
    const { length } = block;
    const lastNames = this.#lastNames;
    let areKnown = true;
    this.mayRepeat = true;
    let start = 0;
    for (let k = 0;; k++) {
      for (let code = block.charCodeAt(start); code === COMMA || isWhiteSpace(code);) code = block.charCodeAt(++start);
      if (start >= length) {
        this.mayRepeat = !areKnown || k > this.#distinct;
        return labels;
      }
      let name = lastNames[k];
      let equals: number;
      if (name !== undefined && block.startsWith(name, start) && block.charCodeAt(start + name.length) === EQUALS) {
        equals = start + name.length;
      } else if (block.charCodeAt(start) === QUOTE) {
        areKnown = false;
        const end = closingQuote(block, start + 1);
        equals = block.indexOf("=", end);
        if (end === -1 || equals === -1) return labels;
        name = unescape(block.slice(start + 1, end));
      } else {
        areKnown = false;
        equals = block.indexOf("=", start);
        if (equals === -1) return labels;
        let end = equals;
        while (isWhiteSpace(block.charCodeAt(end - 1))) end--;
        name = block.slice(start, end);
        if (end === equals && k < MAX_NAMES && name.length <= MAX_NAME_LENGTH) {
          lastNames[k] = name;
          this.#starts[k] = `${k === 0 ? "" : ","}${name}="`;
          if (k < this.#distinct) this.#distinct = k;
        }
      }
      let valueStart = equals + 2;
      if (block.charCodeAt(equals + 1) !== QUOTE) {
        valueStart = block.indexOf('"', equals) + 1;
        if (valueStart === 0) return labels;
      }
      const quote = escapes ? closingQuote(block, valueStart) : block.indexOf('"', valueStart);
      if (quote === -1) return labels;
      const value = block.slice(valueStart, quote);
      labels.push(name, escapes ? unescape(value) : value);
      start = quote + 1;
    }
  }
}

/** The first quote at or after `start` with an even number of backslashes before it (counted from `start`), or -1. */
function closingQuote(block: string, start: number): number {
  let quote = block.indexOf('"', start);
  while (quote !== -1 && isEscaped(block, start, quote)) quote = block.indexOf('"', quote + 1);
  return quote;
}

function isEscaped(block: string, start: number, offset: number): boolean {
  let first = offset;
  while (first > start && block.charCodeAt(first - 1) === BACKSLASH) first--;
  return (offset - first) % 2 === 1;
}
