import type { Expression, MetricQuery } from "./ast.ts";

/** All nodes of an expression, itself first. */
function* nodesOf(expression: Expression): Generator<Expression> {
  const waiting = [expression];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    if (node.kind === "operation") waiting.push(node.right, node.left);
    else if (node.kind === "negation") waiting.push(node.of);
    else if (node.kind === "call") waiting.push(...node.args.toReversed());
  }
}

/** The metric queries of an expression, from left to right. */
export function metricQueriesOf(expression: Expression): MetricQuery[] {
  return [...nodesOf(expression)].filter((node) => node.kind === "metric");
}

/** The names of queries in a formula, from left to right. */
export function namesOf(formula: Expression): Extract<Expression, { kind: "name" }>[] {
  return [...nodesOf(formula)].filter((node) => node.kind === "name");
}
