import type { Source } from "./source.ts";

/** Powers of ten that a double holds exactly, written down: to compute them takes a hundredth of a start (bench: start). */
// deno-fmt-ignore
const POWERS_OF_TEN = new Float64Array([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
  1e22,
]);
/** Any integer of so many digits is exact in a double. */
const EXACT_DIGITS = 15;

/**
 * Reads a number at `start`, by `number` of OpenMetrics 1.0's ABNF ("Numbers"): decimal digits with an optional point,
 * fraction and exponent, or `inf`, `infinity`, `nan` in any case. A sign may stand before each, and digits may make an
 * infinite number, as for Python's `float()`; what OpenMetrics says to that tells {@linkcode isStrictNumber}.
 *
 * @param out receives the value at `index`
 * @returns the offset after the number, or -1 when there is none at `start`
 */
export function scanNumber(source: Source, start: number, out: Float64Array, index: number): number {
  const bytes = source.bytes;
  let offset = start;
  let byte = bytes[offset]!;
  const negative = byte === 45;
  if (negative || byte === 43) byte = bytes[++offset]!;
  const firstDigit = offset;
  let mantissa = 0;
  let digit = byte - 48;
  while (digit >= 0 && digit <= 9) {
    mantissa = mantissa * 10 + digit;
    digit = bytes[++offset]! - 48;
  }
  let digits = offset - firstDigit;
  let fraction = 0;
  if (digit === 46 - 48) {
    const firstDecimal = ++offset;
    digit = bytes[offset]! - 48;
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digit = bytes[++offset]! - 48;
    }
    fraction = offset - firstDecimal;
    digits += fraction;
  }
  if (digits === 0) return scanWord(source, firstDigit, negative, out, index);
  if (digit === 101 - 48 || digit === 69 - 48) {
    const end = exponentEnd(bytes, offset + 1);
    if (end === -1) return -1;
    out[index] = Number(source.octets(start, end));
    return end;
  }
  if (digits <= EXACT_DIGITS) {
    // Both operands are exact, so the quotient is the correctly rounded value.
    const value = fraction === 0 ? mantissa : mantissa / POWERS_OF_TEN[fraction]!;
    out[index] = negative ? -value : value;
  } else {
    out[index] = Number(source.octets(start, offset));
  }
  return offset;
}

/**
 * Whether the number at `start`, whose value is known, is one by OpenMetrics 1.0, "Numbers": `nan` has no sign, and digits
 * fit within the range of a double.
 */
export function isStrictNumber(bytes: Uint8Array, start: number, value: number): boolean {
  if (Number.isFinite(value)) return true;
  const first = bytes[start]!;
  const isSigned = first === 43 || first === 45;
  if (value !== value) return !isSigned;
  return isLetter(isSigned ? bytes[start + 1]! : first);
}

function isLetter(byte: number): boolean {
  return byte >= 65;
}

function exponentEnd(bytes: Uint8Array, start: number): number {
  let offset = start;
  if (bytes[offset] === 43 || bytes[offset] === 45) offset++;
  const firstDigit = offset;
  while (bytes[offset]! >= 48 && bytes[offset]! <= 57) offset++;
  return offset === firstDigit ? -1 : offset;
}

function scanWord(source: Source, start: number, negative: boolean, out: Float64Array, index: number): number {
  const word = source.octets(start, start + 8).toLowerCase();
  if (word.startsWith("nan")) {
    out[index] = NaN;
    return start + 3;
  }
  if (!word.startsWith("inf")) return -1;
  out[index] = negative ? -Infinity : Infinity;
  return start + (word === "infinity" ? 8 : 3);
}
