import type { Expression, MetricQuery } from "../query/mod.ts";
import { type PromqlContext, promqlOf } from "./query.ts";

/** Arithmetic over queries in Prometheus' language. @param queries those that the formula names */
export function promqlOfFormula(
  formula: Expression,
  queries: ReadonlyMap<string, MetricQuery>,
  context: PromqlContext,
): string {
  switch (formula.kind) {
    case "number":
      return `${formula.value}`;
    case "metric":
      return promqlOf(formula, context);
    case "name": {
      const query = queries.get(formula.name);
      if (query === undefined) throw new Error(`no query is named ${formula.name}`);
      return promqlOf(query, context);
    }
    case "negation":
      return `-(${promqlOfFormula(formula.of, queries, context)})`;
    case "operation": {
      const left = grouped(formula.left, queries, context);
      const right = grouped(formula.right, queries, context);
      // 0 / 0 is no number: where nobody asks, there is no ratio.
      const guarded = formula.operator === "/" && !isPositive(formula.right) ? `(${right} > 0)` : right;
      return `${left} ${formula.operator} ${guarded}`;
    }
    case "call": {
      const [first = "", ...more] = formula.args.map((arg) => promqlOfFormula(arg, queries, context));
      if (formula.name === "count_nonzero") return `(count((${first}) != 0) or 0 * count(${first}))`;
      if (formula.name === "default_zero") return `(${first} or vector(0))`;
      return `${formula.name}(${[first, ...more].join(", ")})`;
    }
  }
}

/** Whether something is greater than zero, whatever the series are. */
function isPositive(formula: Expression): boolean {
  const least = formula.kind === "call" && formula.name === "clamp_min" ? formula.args[1] : formula;
  return least?.kind === "number" && least.value > 0;
}

function grouped(formula: Expression, queries: ReadonlyMap<string, MetricQuery>, context: PromqlContext): string {
  const text = promqlOfFormula(formula, queries, context);
  return formula.kind === "operation" ? `(${text})` : text;
}
