const LF = 10;
const SPACE = 32;
const TAB = 9;
const CARRIAGE_RETURN = 13;
const HASH = 35;

/** A NUL is none: a page of them is not empty, it cannot be read. */
function isWhiteSpace(byte: number | undefined): boolean {
  return byte === SPACE || (byte !== undefined && byte >= TAB && byte <= CARRIAGE_RETURN);
}

/** What the lines of a payload are, whether or not they can be read. */
export function linesOf(payload: Uint8Array): { readonly isBlank: boolean; readonly hasSamples: boolean } {
  let isBlank = true;
  for (let start = 0; start < payload.length;) {
    const found = payload.indexOf(LF, start);
    const end = found === -1 ? payload.length : found;
    let first = start;
    while (first < end && isWhiteSpace(payload[first])) first++;
    if (first < end) {
      isBlank = false;
      if (payload[first] !== HASH) return { isBlank, hasSamples: true };
    }
    start = end + 1;
  }
  return { isBlank, hasSamples: false };
}
