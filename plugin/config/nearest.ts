const MAX_LENGTH = 64;
const MAX_EDITS = 3;

/** Names are compared without regard to case, and `-` and a space count as `_`. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[-\s]/g, "_");
}

/** Names that differ in their digits alone are different things (TLSv1.2, TLSv1.3) rather than slips. */
function withoutDigits(name: string): string {
  return name.replace(/\d+/g, "");
}

/**
 * The number of insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string
 * alignment, the restricted Damerau–Levenshtein distance); `Infinity` when there are more than `limit`.
 */
function distance(a: string, b: string, limit: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(best);
      least = Math.min(least, best);
    }
    // Neighbouring rows differ by one at most, and a swap looks back two rows: all later rows are above the limit.
    if (least > limit + 1) return Infinity;
    beforePrevious = previous;
    previous = current;
  }
  const edits = previous[b.length] ?? 0;
  return edits > limit ? Infinity : edits;
}

/**
 * The known name that a misspelt one most likely stands for: the one that takes the fewest edits, at most one for
 * every three characters and three in all. Among equals the first in `known` wins.
 *
 * @returns `undefined` when nothing is near enough, or `name` is longer than 64 characters.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length === 0 || name.length > MAX_LENGTH) return undefined;
  const folded = fold(name);
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of known) {
    const allowed = Math.min(MAX_EDITS, Math.floor(Math.max(folded.length, candidate.length) / 3), bestDistance - 1);
    if (Math.abs(candidate.length - folded.length) > allowed) continue;
    const edits = distance(folded, fold(candidate), allowed);
    if (edits <= allowed && !(candidate !== name && withoutDigits(candidate) === withoutDigits(name))) {
      best = candidate;
      bestDistance = edits;
    }
  }
  return best;
}
