import type { Course, DrawnSeries } from "../frame.ts";

/**
 * Series on top of each other, the first one at the top, as sums from the bottom up. Where one has no value and another
 * has, it counts as nothing; where none has, there is a gap.
 */
export function stacked(series: readonly Pick<DrawnSeries, "values">[]): (number | null)[][] {
  const sums: (number | null)[][] = [];
  let below: Course | undefined;
  for (const { values } of series.toReversed()) {
    const sum = values.map((value, i) => {
      const under = below?.[i] ?? null;
      return value === null && under === null ? null : (value ?? 0) + (under ?? 0);
    });
    sums.unshift(sum);
    below = sum;
  }
  // A part in which only upper ones have a value starts at the ground for the lower ones.
  const [top] = sums;
  return sums.map((sum) => sum.map((value, i) => value ?? (top?.[i] === null || top === undefined ? null : 0)));
}
