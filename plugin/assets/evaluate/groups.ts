import type { Expression, MetricQuery, ScopeTerm, Space } from "../query/mod.ts";
import type { Points, Series } from "./points.ts";

/** A value of each group, by the text of the group: `host:a,model_name:b`. */
export type Grouped = Map<string, number>;

/** Values of template variables; one that is not here filters nothing. */
export type Variables = ReadonlyMap<string, string>;

/** The series that a query is about. */
export function seriesOf(points: Points, { metric, scope }: MetricQuery, variables: Variables = new Map()): Series[] {
  return (points.series.get(metric) ?? []).filter(({ tags }) => isInScope(tags, scope, variables));
}

/** Whether tags fulfil all terms of a scope. */
export function isInScope(
  tags: ReadonlyMap<string, string>,
  scope: readonly ScopeTerm[],
  variables: Variables,
): boolean {
  return scope.every((term) => {
    const [key, value] = term.kind === "tag"
      ? [term.key, term.value]
      : [term.name.replace(/\.value$/, ""), variables.get(term.name.replace(/\.value$/, ""))];
    if (value === undefined || value === "*") return true;
    return (tags.get(key) === value) !== term.negated;
  });
}

/** The text of the group that tags belong to; `undefined`: they lack one of its tags. */
export function groupOf(
  tags: ReadonlyMap<string, string>,
  by: readonly { readonly name: string }[],
): string | undefined {
  const parts: string[] = [];
  for (const { name } of by) {
    const value = tags.get(name);
    if (value === undefined) return undefined;
    parts.push(`${name}:${value}`);
  }
  return parts.sort().join(",");
}

/** One value of many. */
export function combined(values: readonly number[], how: Space): number | undefined {
  if (values.length === 0) return undefined;
  switch (how) {
    case "min":
      return Math.min(...values);
    case "max":
      return Math.max(...values);
    case "sum":
      return values.reduce((sum, value) => sum + value, 0);
    case "avg":
      return values.reduce((sum, value) => sum + value, 0) / values.length;
  }
}

/**
 * A formula over the values of its queries, group by group: one that lacks an operand has no value, and none that is no
 * number (Datadog draws nothing for 0 / 0).
 */
export function evaluated(formula: Expression, valuesOf: (leaf: Expression) => Grouped): Grouped {
  switch (formula.kind) {
    case "number":
      return new Map([["", formula.value]]);
    case "name":
    case "metric":
      return valuesOf(formula);
    case "negation":
      return mapped(evaluated(formula.of, valuesOf), (value) => -value);
    case "operation":
      return joined(evaluated(formula.left, valuesOf), evaluated(formula.right, valuesOf), formula);
    case "call": {
      const values = evaluated(formula.args[0] as Expression, valuesOf);
      const second = formula.args[1]?.kind === "number" ? formula.args[1].value : 0;
      if (formula.name === "abs") return mapped(values, Math.abs);
      if (formula.name === "clamp_min") return mapped(values, (value) => Math.max(value, second));
      if (formula.name === "default_zero") return values.size === 0 ? new Map([["", 0]]) : values;
      return values.size === 0 ? values : new Map([["", [...values.values()].filter((value) => value !== 0).length]]);
    }
  }
}

function mapped(values: Grouped, change: (value: number) => number): Grouped {
  return new Map([...values].map(([group, value]) => [group, change(value)]));
}

function joined(
  left: Grouped,
  right: Grouped,
  { operator, left: a, right: b }: Extract<Expression, { kind: "operation" }>,
): Grouped {
  const result: Grouped = new Map();
  const groups = a.kind === "number" ? right.keys() : left.keys();
  for (const group of groups) {
    const x = a.kind === "number" ? left.get("") : left.get(group);
    const y = b.kind === "number" ? right.get("") : right.get(group);
    if (x === undefined || y === undefined) continue;
    const value = operator === "+" ? x + y : operator === "-" ? x - y : operator === "*" ? x * y : x / y;
    if (Number.isFinite(value)) result.set(group, value);
  }
  return result;
}
