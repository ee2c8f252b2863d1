import type { Expression, MetricQuery, Operator, ScopeTerm, Space } from "../query/mod.ts";
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
    const [key, value] = term.kind === "tag" ? [term.key, term.value] : [term.name, variables.get(term.name)];
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
  const value = valueOf(formula, valuesOf);
  return typeof value === "number" ? new Map(Number.isFinite(value) ? [["", value]] : []) : value;
}

/** Values of groups, or a number that goes with every group. */
type Value = Grouped | number;

function valueOf(formula: Expression, valuesOf: (leaf: Expression) => Grouped): Value {
  switch (formula.kind) {
    case "number":
      return formula.value;
    case "name":
    case "metric":
      return valuesOf(formula);
    case "negation":
      return mapped(valueOf(formula.of, valuesOf), (value) => -value);
    case "operation":
      return joined(valueOf(formula.left, valuesOf), valueOf(formula.right, valuesOf), formula.operator);
    case "call": {
      const value = valueOf(formula.args[0] as Expression, valuesOf);
      const second = formula.args[1]?.kind === "number" ? formula.args[1].value : 0;
      if (formula.name === "abs") return mapped(value, Math.abs);
      if (formula.name === "clamp_min") return mapped(value, (one) => Math.max(one, second));
      if (typeof value === "number") return formula.name === "count_nonzero" ? Number(value !== 0) : value;
      if (formula.name === "default_zero") return value.size === 0 ? new Map([["", 0]]) : value;
      return value.size === 0 ? value : new Map([["", [...value.values()].filter((one) => one !== 0).length]]);
    }
  }
}

function mapped(value: Value, change: (value: number) => number): Value {
  if (typeof value === "number") return change(value);
  return new Map([...value].map(([group, one]) => [group, change(one)]));
}

function joined(left: Value, right: Value, operator: Operator): Value {
  const apply = (x: number, y: number) =>
    operator === "+" ? x + y : operator === "-" ? x - y : operator === "*" ? x * y : x / y;
  if (typeof left === "number" && typeof right === "number") return apply(left, right);
  const result: Grouped = new Map();
  for (const group of (typeof left === "number" ? right as Grouped : left).keys()) {
    const x = typeof left === "number" ? left : left.get(group);
    const y = typeof right === "number" ? right : right.get(group);
    if (x === undefined || y === undefined) continue;
    const value = apply(x, y);
    if (Number.isFinite(value)) result.set(group, value);
  }
  return result;
}
