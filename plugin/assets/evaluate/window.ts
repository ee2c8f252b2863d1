import { type Expression, metricQueriesOf, type MetricQuery, type Space } from "../query/mod.ts";
import { combined, evaluated, type Grouped, groupOf, seriesOf, type Variables } from "./groups.ts";
import type { Points } from "./points.ts";

/** A part of the time, in seconds: `from` is out of it, `to` is in it. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * One value a group for a range, as monitors have it. Sums of counts are divided by sums of counts
 * (https://docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations/); of gauges the formula is evaluated for each
 * interval, and then combined.
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
  if (queries.every(({ as }) => as === "count")) {
    return evaluated(expression, (leaf) => bucket(leaf as MetricQuery, points, range, variables));
  }
  const values = new Map<string, number[]>();
  for (let from = range.from; from < range.to; from += interval) {
    const part = { from, to: Math.min(from + interval, range.to) };
    for (
      const [group, value] of evaluated(expression, (leaf) => bucket(leaf as MetricQuery, points, part, variables))
    ) {
      const known = values.get(group);
      if (known === undefined) values.set(group, [value]);
      else known.push(value);
    }
  }
  return new Map([...values].map(([group, all]) => [group, combined(all, method) ?? NaN]));
}

/** One value a group for an interval: of a gauge its mean, of a count its sum, or that a second; then over the series. */
export function bucket(query: MetricQuery, points: Points, { from, to }: Range, variables?: Variables): Grouped {
  const groups = new Map<string, number[]>();
  for (const { tags, times, values } of seriesOf(points, query, variables)) {
    const group = groupOf(tags, query.by);
    if (group === undefined) continue;
    const inside: number[] = [];
    for (let i = times.length - 1; i >= 0 && (times[i] ?? 0) > from; i--) {
      if ((times[i] ?? 0) <= to) inside.push(values[i] ?? NaN);
    }
    const value = combined(inside, query.as === undefined ? "avg" : "sum");
    if (value === undefined) continue;
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [query.as === "rate" ? value / (to - from) : value]);
    else known.push(query.as === "rate" ? value / (to - from) : value);
  }
  return new Map([...groups].map(([group, all]) => [group, combined(all, query.space) ?? NaN]));
}
