import type { Pattern } from "../patterns/mod.ts";

const LF = 10;
const CR = 13;

/**
 * Takes the lines of a payload away that a pattern matches (`raw_line_filters`), in its own bytes: a payload may be large,
 * and nobody needs it whole.
 *
 * @param body changes
 * @param onFiltered called for each line that goes
 * @returns the part of `body` that holds the other lines
 */
export function filterLines(body: Uint8Array, filter: Pattern, onFiltered: () => void): Uint8Array {
  const decoder = new TextDecoder();
  let kept = 0;
  for (let start = 0; start < body.length;) {
    const found = body.indexOf(LF, start);
    const next = found === -1 ? body.length : found + 1;
    const feed = found === -1 ? body.length : found;
    const end = feed > start && body[feed - 1] === CR ? feed - 1 : feed;
    if (filter.matches(decoder.decode(body.subarray(start, end)))) onFiltered();
    else {
      if (kept !== start) body.copyWithin(kept, start, next);
      kept += next - start;
    }
    start = next;
  }
  return body.subarray(0, kept);
}
