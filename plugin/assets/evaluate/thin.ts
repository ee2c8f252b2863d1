import type { Points } from "./points.ts";

/** How old points become fewer: those of `olderThan` seconds, one for each `width` seconds. */
export interface ThinStep {
  readonly olderThan: number;
  readonly width: number;
}

/**
 * Makes old points fewer, so that a process that collects for hours needs bounded memory. Of a counter the growth is added
 * up, of a gauge it is the mean, of statuses the worst one stays: sums over whole widths are the same as before. A point
 * stands at the end of its width, which is in it.
 *
 * @param steps the youngest first, each width a multiple of the one before
 * @returns how many points there are now
 */
export function thin(points: Points, now: number, steps: readonly ThinStep[]): number {
  // Only whole widths are put together: a point that is made never changes again at its width.
  const edges = steps.map(({ olderThan, width }) => ({ width, until: Math.floor((now - olderThan) / width) * width }));
  const widthAt = (time: number) => edges.findLast(({ until }) => time <= until)?.width ?? 0;
  let count = 0;
  for (const all of points.series.values()) {
    for (const { times, values, isCounted } of all) {
      merge(times, values, widthAt, (sum, value) => sum + value, (sum, many) => isCounted ? sum : sum / many);
      count += times.length;
    }
  }
  for (const all of points.checks.values()) {
    for (const { times, statuses } of all) {
      merge(times, statuses, widthAt, worse, (status) => status);
      count += times.length;
    }
  }
  return count;
}

/** Places of the statuses OK, WARNING, CRITICAL and UNKNOWN, the worst last. */
const BADNESS = [0, 2, 3, 1];
const worse = (a: number, b: number) => (BADNESS[b] ?? 0) > (BADNESS[a] ?? 0) ? b : a;

function merge(
  times: number[],
  values: number[],
  widthAt: (time: number) => number,
  add: (sum: number, value: number) => number,
  end: (sum: number, many: number) => number,
): void {
  let kept = 0;
  for (let at = 0; at < times.length;) {
    const time = times[at] ?? 0;
    const width = widthAt(time);
    let sum = values[at++] ?? 0;
    if (width === 0) {
      times[kept] = time;
      values[kept++] = sum;
      continue;
    }
    const to = Math.ceil(time / width) * width;
    let many = 1;
    for (; at < times.length && (times[at] ?? 0) <= to; at++, many++) sum = add(sum, values[at] ?? 0);
    times[kept] = to;
    values[kept++] = end(sum, many);
  }
  times.length = kept;
  values.length = kept;
}
