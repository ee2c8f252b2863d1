/** Stands where a secret was. */
export const HIDDEN = "***";
/** As much of the start of a longer secret is hidden as well, since excerpts end anywhere; in characters. */
const MIN_START = 8;

/**
 * A text without the secrets that stand in it, whole or cut short behind their first eight characters.
 *
 * It takes one pass over the text for each secret whose start stands in it, whatever the two look like.
 */
export function hideSecrets(text: string, secrets: Iterable<string>): string {
  let covered: Uint8Array | undefined;
  for (const secret of secrets) {
    if (secret === "" || !text.includes(secret.slice(0, MIN_START))) continue;
    covered ??= new Uint8Array(text.length);
    cover(text, secret, covered);
  }
  return covered === undefined ? text : withoutCovered(text, covered);
}

/** Marks every place of a secret, or of enough of its start (the search of Knuth, Morris and Pratt). */
function cover(text: string, secret: string, covered: Uint8Array): void {
  const borders = bordersOf(secret);
  const least = Math.min(MIN_START, secret.length);
  let matched = 0;
  /** All before it is marked, as far as it has to be: the places of one secret start and end in the same order. */
  let done = 0;
  for (let i = 0; i < text.length; i++) {
    matched = longer(text, i, secret, matched === secret.length ? borders[matched - 1] ?? 0 : matched, borders);
    if (matched < least) continue;
    covered.fill(1, Math.max(done, i + 1 - matched), i + 1);
    done = i + 1;
  }
}

/** The length of the longest border (a start that is also an end) of each start of a text. */
function bordersOf(text: string): Uint32Array {
  const borders = new Uint32Array(text.length);
  let matched = 0;
  for (let i = 1; i < text.length; i++) borders[i] = matched = longer(text, i, text, matched, borders);
  return borders;
}

/** How much of the start of `secret` ends at `text[i]`, where `matched` characters of it end before that. */
function longer(text: string, i: number, secret: string, matched: number, borders: Uint32Array): number {
  const code = text.charCodeAt(i);
  let length = matched;
  while (length > 0 && secret.charCodeAt(length) !== code) length = borders[length - 1] ?? 0;
  return secret.charCodeAt(length) === code ? length + 1 : 0;
}

function withoutCovered(text: string, covered: Uint8Array): string {
  const pieces: string[] = [];
  for (let from = 0; from < text.length;) {
    const start = covered.indexOf(1, from);
    if (start < 0) {
      pieces.push(text.slice(from));
      break;
    }
    const end = covered.indexOf(0, start);
    pieces.push(text.slice(from, start), HIDDEN);
    from = end < 0 ? text.length : end;
  }
  return pieces.join("");
}
