/** A range of the plugin guidelines (https://www.monitoring-plugins.org/doc/guidelines.html#THRESHOLDFORMAT). */
export interface Range {
  /** As it was written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Values within are the ones to alert on, in place of those outside. */
  readonly isInside: boolean;
}

const NUMBER = String.raw`[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?`;
const RANGE = new RegExp(`^(@)?(?:(~|${NUMBER})?(:))?(${NUMBER})?$`);

/**
 * Reads a range: `10` (0 to 10), `10:` (10 and more), `~:10` (10 and less), `10:20`, `@10:20` (alert on 10 to 20).
 *
 * @throws {RangeError} which says what is wrong with it
 */
export function parseRange(text: string): Range {
  const match = RANGE.exec(text.trim());
  const [, inverted, first, colon, last] = match ?? [];
  if (match === null || (last === undefined && (first === undefined || first === "~"))) {
    throw new RangeError(`${JSON.stringify(text)} is no range: write 10, 10:, ~:10, 10:20 or @10:20`);
  }
  const start = first === "~" ? -Infinity : colon === undefined || first === undefined ? 0 : Number(first);
  const end = last === undefined ? Infinity : Number(last);
  if (start > end) throw new RangeError(`${JSON.stringify(text)} is no range: it starts above its end`);
  return { text: text.trim(), start, end, isInside: inverted !== undefined };
}

/** Whether a value is one to alert on; the ends belong to the range. */
export function isAlerting({ start, end, isInside }: Range, value: number): boolean {
  return (value >= start && value <= end) === isInside;
}
