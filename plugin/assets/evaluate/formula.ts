import type { Aggregator } from "../description/dashboard.ts";
import type { Expression, MetricQuery } from "../query/mod.ts";
import { combined, evaluated, type Grouped, type Variables } from "./groups.ts";
import type { Points } from "./points.ts";
import { buckets, type Range } from "./window.ts";

/** The queries of a widget by the names that its formulas use. */
export type NamedQueries = ReadonlyMap<string, MetricQuery>;

/**
 * What a formula says in each part of the time, group by group: what a chart draws.
 *
 * @param parts follow one another
 */
export function course(
  formula: Expression,
  queries: NamedQueries,
  points: Points,
  parts: readonly Range[],
  variables?: Variables,
): Grouped[] {
  const values = valuesOf(queries, (query) => buckets(query, points, parts, variables));
  return parts.map((_, i) => evaluated(formula, (leaf) => values(leaf)?.[i] ?? new Map()));
}

/**
 * One value a group for all parts together: each query becomes one value first, then the formula is applied (Datadog's
 * `response_format: scalar`).
 *
 * @param parts follow one another
 */
export function scalar(
  formula: Expression,
  queries: NamedQueries,
  aggregator: Aggregator,
  points: Points,
  parts: readonly Range[],
  variables?: Variables,
): Grouped {
  const values = valuesOf(queries, (query) => together(buckets(query, points, parts, variables), aggregator));
  return evaluated(formula, (leaf) => values(leaf) ?? new Map());
}

/** Each query is evaluated once, however often its name stands in the formula. */
function valuesOf<T>(queries: NamedQueries, evaluate: (query: MetricQuery) => T): (leaf: Expression) => T | undefined {
  const values = new Map([...queries].map(([name, query]) => [name, evaluate(query)]));
  return (leaf) => leaf.kind === "name" ? values.get(leaf.name) : undefined;
}

function together(parts: readonly Grouped[], aggregator: Aggregator): Grouped {
  const values = new Map<string, number[]>();
  for (const part of parts) {
    for (const [group, value] of part) {
      const known = values.get(group);
      if (known === undefined) values.set(group, [value]);
      else known.push(value);
    }
  }
  const one = (all: readonly number[]) => aggregator === "last" ? all.at(-1) : combined(all, aggregator);
  return new Map([...values].map(([group, all]) => [group, one(all) ?? NaN]));
}
