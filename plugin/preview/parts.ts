import type { Range } from "../assets/evaluate/mod.ts";

/** Widths of parts that people read easily, in seconds. */
const WIDTHS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_800, 3_600];
/** A chart has at most so many points. */
const MOST_PARTS = 90;

/**
 * The parts of a range, which follow one another: whole widths, none narrower than the time between two runs, so that a
 * part has a run in it. They stand still while time goes on; the last one ends with the last run, and grows.
 *
 * @param seconds of the range
 */
export function partsOf(now: number, seconds: number, interval: number): { parts: Range[]; width: number } {
  const least = Math.max(seconds / MOST_PARTS, interval);
  const width = WIDTHS.find((one) => one >= least && one % interval === 0) ??
    Math.ceil(least / interval) * interval;
  const end = Math.ceil(now / width) * width;
  const count = Math.ceil((end - now + seconds) / width);
  const parts = Array.from({ length: count }, (_, i) => {
    const to = end - (count - 1 - i) * width;
    return { from: to - width, to: Math.min(to, now) };
  });
  return { parts, width };
}

/** The same, the newest two parts cut so fine that each has one run: the last value is that of the last run. */
export function withFineEnd(parts: readonly Range[], interval: number): Range[] {
  const fine = parts.slice(-2).flatMap(({ from, to }) => {
    const pieces: Range[] = [];
    for (let at = from; at < to; at += interval) pieces.push({ from: at, to: Math.min(at + interval, to) });
    return pieces;
  });
  return [...parts.slice(0, -2), ...fine];
}
