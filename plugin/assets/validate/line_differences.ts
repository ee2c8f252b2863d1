/** A place where a text differs from what it should be. */
export interface LineDifference {
  /** In the text, from 1. */
  readonly line: number;
  /** Lines that stand there, and those that should. */
  readonly found: readonly string[];
  readonly wanted: readonly string[];
}

/** How far both texts are searched for a line that is in both again. */
const REACH = 200;

/** So many lines are the same in both where both go on. */
const ALIKE = 4;

/**
 * Compares two texts line by line. Lines that were changed each at its place are differences of their own.
 *
 * @param most so many places are told
 */
export function lineDifferences(text: string, right: string, most: number): LineDifference[] {
  const [there, wanted] = [text.split("\n"), right.split("\n")];
  const differences: LineDifference[] = [];
  let [i, k] = [0, 0];
  while ((i < there.length || k < wanted.length) && differences.length < most) {
    if (there[i] === wanted[k]) {
      i++;
      k++;
      continue;
    }
    const [skipped, missing] = nextCommon(there, wanted, i, k);
    const size = skipped === missing ? 1 : Math.max(skipped, missing);
    for (let step = 0; step < Math.max(skipped, missing) && differences.length < most; step += size) {
      differences.push({
        line: i + step + 1,
        found: there.slice(i + step, Math.min(i + step + size, i + skipped)),
        wanted: wanted.slice(k + step, Math.min(k + step + size, k + missing)),
      });
    }
    i += skipped;
    k += missing;
  }
  return differences;
}

/** How many lines of each text stand before the next place from which both go on alike. */
function nextCommon(there: readonly string[], wanted: readonly string[], i: number, k: number): [number, number] {
  const [left, right] = [there.length - i, wanted.length - k];
  for (let sum = 1; sum <= Math.min(2 * REACH, left + right); sum++) {
    for (let skipped = 0; skipped <= Math.min(sum, left); skipped++) {
      const missing = sum - skipped;
      if (missing <= right && goesOn(there, wanted, i + skipped, k + missing)) return [skipped, missing];
    }
  }
  return [left, right];
}

/** One line alone may stand in many places. */
function goesOn(there: readonly string[], wanted: readonly string[], i: number, k: number): boolean {
  for (let step = 0; step < ALIKE; step++) {
    if (there[i + step] !== wanted[k + step]) return false;
    if (there[i + step] === undefined) return true;
  }
  return true;
}
