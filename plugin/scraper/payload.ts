const LF = 10;
const SPACE = 32;
const TAB = 9;
const CARRIAGE_RETURN = 13;
const HASH = 35;

/** A NUL is none: a page of them is not empty, it cannot be read. */
function isWhiteSpace(byte: number | undefined): boolean {
  return byte === SPACE || (byte !== undefined && byte >= TAB && byte <= CARRIAGE_RETURN);
}

/** In UTF-8; some editors write one at the start of a text. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** What the lines of a payload are, whether or not they can be read. */
export function linesOf(payload: Uint8Array): { readonly isBlank: boolean; readonly hasSamples: boolean } {
  let isBlank = true;
  const first = BYTE_ORDER_MARK.every((byte, i) => payload[i] === byte) ? BYTE_ORDER_MARK.length : 0;
  for (let start = first; start < payload.length;) {
    const found = payload.indexOf(LF, start);
    const end = found === -1 ? payload.length : found;
    let offset = start;
    while (offset < end && isWhiteSpace(payload[offset])) offset++;
    if (offset < end) {
      isBlank = false;
      if (payload[offset] !== HASH) return { isBlank, hasSamples: true };
    }
    start = end + 1;
  }
  return { isBlank, hasSamples: false };
}
