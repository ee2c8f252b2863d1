import { closingQuote, splitLabels, unescape } from "./labels.ts";
import { skipWhiteSpace, strip } from "./white_space.ts";

/** From so many labels on, repeated names are looked for with a map instead of by comparing all pairs. */
const MANY_LABELS = 16;

/**
 * Splits what stands between the braces of a sample of Prometheus' text format ("Text format details"), as tolerantly as
 * the reference (`prometheus_client.parser` with the Agent's `parser_optimizations`): spaces around names and values, a
 * trailing comma, text between a value and the next comma. Of labels with the same name, the last one's value counts,
 * at the place of the first.
 *
 * @returns names and unescaped values in turn; `undefined` where the reference raises an error
 */
export function splitTolerantLabels(block: string): string[] | undefined {
  const labels = splitLabels(block) ?? splitOddLabels(block);
  return labels === undefined ? undefined : withoutRepeatedNames(labels);
}

/**
 * Finds equals sign, quotes and comma of one label after the other, each search starting where the last one ended.
 * What a search found (or not) is kept for the next label: odd text would else cost quadratic time.
 */
function splitOddLabels(block: string): string[] | undefined {
  const labels: string[] = [];
  if (!block.includes("=")) return labels;
  let start = 0;
  let firstQuote = -1;
  let quote = -1;
  let commas = true;
  while (start < block.length) {
    const equals = block.indexOf("=", start);
    if (equals === -1) return undefined;
    const rest = skipWhiteSpace(block, equals + 1);
    if (firstQuote < rest) {
      firstQuote = block.indexOf('"', rest);
      if (firstQuote === -1) return undefined;
      quote = endQuote(block, firstQuote + 1);
      if (quote === -1) return undefined;
    }
    // The reference takes for granted that the quote follows the equals sign; text between them shifts the end.
    const valueEnd = quote - (firstQuote - rest);
    labels.push(
      strip(block.slice(start, equals)),
      unescape(block.slice(firstQuote + 1, Math.max(firstQuote + 1, valueEnd))),
    );
    start = valueEnd + 1;
    const comma: number = commas ? block.indexOf(",", start) : -1;
    commas = comma !== -1;
    start = skipWhiteSpace(block, commas ? comma + 1 : start);
  }
  return labels;
}

/** The closing quote; the end of the block when its last character is an escaped quote, or nothing follows. */
function endQuote(block: string, start: number): number {
  const quote = closingQuote(block, start);
  return quote === -1 && (start >= block.length || block.endsWith('"')) ? block.length : quote;
}

function withoutRepeatedNames(labels: string[]): string[] {
  if (labels.length > 2 * MANY_LABELS) {
    const values = new Map<string, string>();
    for (let i = 0; i < labels.length; i += 2) values.set(labels[i]!, labels[i + 1]!);
    return 2 * values.size === labels.length ? labels : [...values].flat();
  }
  for (let i = 2; i < labels.length; i += 2) {
    for (let first = 0; first < i; first += 2) {
      if (labels[first] !== labels[i]) continue;
      labels[first + 1] = labels[i + 1]!;
      labels.splice(i, 2);
      i -= 2;
      break;
    }
  }
  return labels;
}
