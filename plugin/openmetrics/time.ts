import type { Source } from "./source.ts";

const NANOSECOND_DIGITS = 9;

/** A time to the nanosecond, which a double does not have; both parts carry the sign. */
export interface Time {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/**
 * Reads a timestamp exactly (OpenMetrics 1.0, "Timestamps": nanosecond precision may be needed); further digits are cut.
 *
 * @param start where its number, which is well-formed, starts
 * @param value the number as a double; the time of a number with an exponent has its precision
 */
export function readTime(source: Source, start: number, value: number): Time {
  const bytes = source.bytes;
  let offset = start;
  let byte = bytes[offset]!;
  const sign = byte === 45 ? -1 : 1;
  if (byte === 45 || byte === 43) byte = bytes[++offset]!;
  let seconds = 0;
  while (byte >= 48 && byte <= 57) {
    seconds = seconds * 10 + byte - 48;
    byte = bytes[++offset]!;
  }
  let nanoseconds = 0;
  if (byte === 46) {
    byte = bytes[++offset]!;
    let digits = 0;
    for (; byte >= 48 && byte <= 57; byte = bytes[++offset]!) {
      if (digits++ < NANOSECOND_DIGITS) nanoseconds = nanoseconds * 10 + byte - 48;
    }
    nanoseconds *= 10 ** Math.max(0, NANOSECOND_DIGITS - digits);
  }
  if (byte === 101 || byte === 69) {
    seconds = Math.trunc(value);
    return { seconds, nanoseconds: Math.trunc((value - seconds) * 10 ** NANOSECOND_DIGITS) };
  }
  return { seconds: sign * seconds, nanoseconds: sign * nanoseconds };
}

/** Negative when the first time is before the second, 0 when they are the same. */
export function compareTimes(first: Time, second: Time): number {
  return first.seconds - second.seconds || first.nanoseconds - second.nanoseconds;
}
