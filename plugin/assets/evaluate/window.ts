import { type Expression, metricQueriesOf, type MetricQuery, type Space } from "../query/mod.ts";
import { combined, evaluated, type Grouped, groupOf, seriesOf, type Variables } from "./groups.ts";
import type { Points, Series } from "./points.ts";

/** A part of the time, in seconds: `from` is out of it, `to` is in it. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * One value a group for a range, as monitors have it. Arithmetic with a count in it is done with the sums of the range
 * (https://docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations/); anything else is evaluated for each interval,
 * and then combined.
 *
 * @param interval seconds between two runs
 */
export function valueOver(
  expression: Expression,
  points: Points,
  range: Range,
  method: Space,
  interval: number,
  variables?: Variables,
): Grouped {
  const queries = metricQueriesOf(expression);
  // The groups are the same in each interval, and there may be hundreds of both.
  const groups = new Map(queries.map((query) => [query, seriesByGroup(query, points, variables)]));
  const at = (part: Range) =>
    evaluated(expression, (leaf) => valuesOf(leaf as MetricQuery, groups.get(leaf as MetricQuery) ?? new Map(), part));
  if (expression.kind !== "metric" && queries.some(({ as }) => as === "count")) return at(range);
  const values = new Map<string, number[]>();
  for (let from = range.from; from < range.to; from += interval) {
    for (const [group, value] of at({ from, to: Math.min(from + interval, range.to) })) {
      const known = values.get(group);
      if (known === undefined) values.set(group, [value]);
      else known.push(value);
    }
  }
  return new Map([...values].map(([group, all]) => [group, combined(all, method) ?? NaN]));
}

/** One value a group for an interval: of a gauge its mean, of a count its sum, or that a second; then over the series. */
export function bucket(query: MetricQuery, points: Points, range: Range, variables?: Variables): Grouped {
  return valuesOf(query, seriesByGroup(query, points, variables), range);
}

/**
 * What {@linkcode bucket} says of each of many parts of the time, which follow one another: a chart has hundreds, and each
 * point is looked at once.
 */
export function buckets(
  query: MetricQuery,
  points: Points,
  parts: readonly Range[],
  variables?: Variables,
): Grouped[] {
  const { as, space } = query;
  const result = parts.map((): Grouped => new Map());
  const start = parts[0]?.from ?? 0;
  for (const [group, all] of seriesByGroup(query, points, variables)) {
    const found = parts.map(() => 0);
    const counts = parts.map(() => 0);
    for (const { times, values } of all) {
      let at = firstAfter(times, start);
      for (let i = 0; i < parts.length; i++) {
        const { from, to } = parts[i] ?? { from: 0, to: 0 };
        const first = at;
        let sum = 0;
        for (; at < times.length && (times[at] ?? 0) <= to; at++) sum += values[at] ?? 0;
        if (at === first) continue;
        const value = as === undefined ? sum / (at - first) : as === "rate" ? sum / (to - from) : sum;
        const [before = 0, count = 0] = [found[i], counts[i]];
        found[i] = space === "sum" || space === "avg"
          ? before + value
          : count === 0
          ? value
          : space === "min"
          ? Math.min(before, value)
          : Math.max(before, value);
        counts[i] = count + 1;
      }
    }
    for (let i = 0; i < parts.length; i++) {
      const count = counts[i] ?? 0;
      if (count > 0) result[i]?.set(group, space === "avg" ? (found[i] ?? 0) / count : found[i] ?? 0);
    }
  }
  return result;
}

function seriesByGroup(query: MetricQuery, points: Points, variables?: Variables): Map<string, Series[]> {
  const groups = new Map<string, Series[]>();
  for (const series of seriesOf(points, query, variables)) {
    const group = groupOf(series.tags, query.by);
    if (group === undefined) continue;
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [series]);
    else known.push(series);
  }
  return groups;
}

function valuesOf({ as, space }: MetricQuery, groups: ReadonlyMap<string, Series[]>, { from, to }: Range): Grouped {
  const result: Grouped = new Map();
  for (const [group, all] of groups) {
    const values: number[] = [];
    for (const series of all) {
      const start = firstAfter(series.times, from);
      const inside = series.values.slice(start, firstAfter(series.times, to, start));
      const value = combined(inside, as === undefined ? "avg" : "sum");
      if (value !== undefined) values.push(as === "rate" ? value / (to - from) : value);
    }
    const value = combined(values, space);
    if (value !== undefined) result.set(group, value);
  }
  return result;
}

/** The place of the first of rising times that is after a time, found by halves: a long range is cut into many intervals. */
function firstAfter(times: readonly number[], time: number, low = 0): number {
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
