const LF = 10;
const SPACE = 32;
const HASH = 35;

/** What the lines of a payload are, whether or not they can be read. */
export function linesOf(payload: Uint8Array): { readonly isBlank: boolean; readonly hasSamples: boolean } {
  let isBlank = true;
  for (let start = 0; start < payload.length;) {
    const found = payload.indexOf(LF, start);
    const end = found === -1 ? payload.length : found;
    let first = start;
    while (first < end && (payload[first] ?? 0) <= SPACE) first++;
    if (first < end) {
      isBlank = false;
      if (payload[first] !== HASH) return { isBlank, hasSamples: true };
    }
    start = end + 1;
  }
  return { isBlank, hasSamples: false };
}
