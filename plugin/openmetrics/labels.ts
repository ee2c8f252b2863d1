const QUOTE = 34;
const EQUALS = 61;
const COMMA = 44;
const BACKSLASH = 92;

/** The escapes of label values: OpenMetrics 1.0, "Escaping"; a backslash before anything else stands for itself. */
const ESCAPE = /\\[\\n"]/g;

/** A label value or OpenMetrics' HELP text without its escapes; the rare backslash chooses the slow path. */
export function unescape(text: string): string {
  return text.includes("\\") ? text.replace(ESCAPE, (escape) => escape === "\\n" ? "\n" : escape.charAt(1)) : text;
}

/**
 * The names of the last block, by position: blocks in a row mostly have the same ones, and comparing with a known name
 * is cheaper than searching its end and making it anew.
 */
const lastNames: string[] = [];
/** Of longer blocks, the further names are not kept. */
const MAX_NAMES = 32;
/** Longer names are not kept, in characters. */
const MAX_NAME_LENGTH = 200;

/**
 * Splits a well-formed label block, what `labels` of OpenMetrics 1.0's ABNF has between the braces, into names and
 * unescaped values in turn. White space before a name and a trailing comma are let pass.
 *
 * @returns `undefined` when the block is not of that form
 */
export function splitLabels(block: string): string[] | undefined {
  const labels: string[] = [];
  const length = block.length;
  const escapes = block.includes("\\");
  let start = 0;
  for (let k = 0;; k++) {
    while (block.charCodeAt(start) <= 32) start++;
    if (start >= length) return labels;
    let name = lastNames[k];
    if (name === undefined || !block.startsWith(name, start) || block.charCodeAt(start + name.length) !== EQUALS) {
      const end = block.indexOf("=", start);
      if (end === -1 || block.charCodeAt(end - 1) <= 32) return undefined;
      name = block.slice(start, end);
      if (k < MAX_NAMES && name.length <= MAX_NAME_LENGTH) lastNames[k] = name;
    }
    const equals = start + name.length;
    if (block.charCodeAt(equals + 1) !== QUOTE) return undefined;
    const valueStart = equals + 2;
    const quote = escapes ? closingQuote(block, valueStart) : block.indexOf('"', valueStart);
    if (quote === -1) return undefined;
    const value = block.slice(valueStart, quote);
    labels.push(name, escapes ? unescape(value) : value);
    start = quote + 2;
    if (quote + 1 < length && block.charCodeAt(quote + 1) !== COMMA) return undefined;
  }
}

/** The first quote at or after `start` with an even number of backslashes before it (counted from `start`), or -1. */
export function closingQuote(block: string, start: number): number {
  let quote = block.indexOf('"', start);
  while (quote !== -1 && isEscaped(block, start, quote)) quote = block.indexOf('"', quote + 1);
  return quote;
}

function isEscaped(block: string, start: number, offset: number): boolean {
  let first = offset;
  while (first > start && block.charCodeAt(first - 1) === BACKSLASH) first--;
  return (offset - first) % 2 === 1;
}
