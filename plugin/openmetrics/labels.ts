const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;

/** The escapes of label values: OpenMetrics 1.0, "Escaping"; a backslash before anything else stands for itself. */
const ESCAPE = /\\[\\n"]/g;

/** A label value or OpenMetrics' HELP text without its escapes; the rare backslash chooses the slow path. */
export function unescape(text: string): string {
  return text.includes("\\") ? text.replace(ESCAPE, (escape) => escape === "\\n" ? "\n" : escape.charAt(1)) : text;
}

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
  for (;;) {
    while (block.charCodeAt(start) <= 32) start++;
    if (start >= length) return labels;
    const equals = block.indexOf("=", start);
    if (equals === -1 || block.charCodeAt(equals + 1) !== QUOTE || block.charCodeAt(equals - 1) <= 32) return undefined;
    const valueStart = equals + 2;
    const quote = escapes ? closingQuote(block, valueStart) : block.indexOf('"', valueStart);
    if (quote === -1) return undefined;
    const value = block.slice(valueStart, quote);
    labels.push(block.slice(start, equals), escapes ? unescape(value) : value);
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
