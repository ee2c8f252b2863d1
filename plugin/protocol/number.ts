/** Numbers up to this many digits are written one by one; a longer one goes through its text. */
const MAX_DIGITS = 9;
const ZERO = 48;

/**
 * Writes a finite number as JSON has it (RFC 8259, 6), from `at` on.
 *
 * @returns where it ends; -1 when it would end behind `end`, with nothing written there
 */
export function writeNumber(bytes: Uint8Array, at: number, end: number, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value < 10 ** MAX_DIGITS) {
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    if (at + digits > end) return -1;
    for (let i = at + digits - 1, left = value; i >= at; i--) {
      bytes[i] = ZERO + left % 10;
      left = Math.trunc(left / 10);
    }
    return at + digits;
  }
  const text = String(value);
  if (at + text.length > end) return -1;
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}
