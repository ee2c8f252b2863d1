import type { Condition, Expression, GroupTag, MetricQuery, Operator, ScopeTerm } from "./ast.ts";

/** A query as text, in one way of writing: read again it is the same but for its places. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case "metric":
      return printMetricQuery(expression);
    case "number":
      return `${expression.value}`;
    case "name":
      return expression.name;
    case "negation":
      return `-${
        expression.of.kind === "operation" ? `(${printExpression(expression.of)})` : printExpression(expression.of)
      }`;
    case "call":
      return `${expression.name}(${expression.args.map(printExpression).join(", ")})`;
    case "operation":
      return printOperation(expression);
  }
}

/** A query of one metric as text. */
export function printMetricQuery({ space, metric, scope, by, as, rollup }: MetricQuery): string {
  const where = scope.length === 0 ? "*" : scope.map(printTerm).join(",");
  const groups = by.length === 0 ? "" : ` by {${by.map(({ name }) => name).join(",")}}`;
  const kind = as === undefined ? "" : `.as_${as}()`;
  const seconds = rollup?.seconds === undefined ? "" : `, ${rollup.seconds}`;
  return `${space}:${metric}{${where}}${groups}${kind}${
    rollup === undefined ? "" : `.rollup(${rollup.method}${seconds})`
  }`;
}

/** A monitor's condition as text. */
export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case "metric": {
      const { method, window, change, expression, comparison, threshold } = condition;
      const over = `${method}(last_${length(window.seconds)})`;
      const head = change === undefined ? over : `${change.as}(${over},last_${length(change.ago.seconds)})`;
      return `${head}:${printExpression(expression)} ${comparison} ${threshold}`;
    }
    case "check": {
      const over = condition.over.length === 0 ? ["*"] : condition.over.map(({ tag }) => tag);
      const by = condition.by.length === 0 ? "" : `.by(${quotedList(condition.by.map(({ name }) => name))})`;
      return `"${condition.check}".over(${quotedList(over)})${by}.last(${condition.last}).count_by_status()`;
    }
    case "event": {
      const { search, by, window, comparison, threshold } = condition;
      const groups = by.length === 0 ? "" : `.by(${quotedList(names(by))})`;
      return `events("${search}").rollup("count")${groups}.last("${
        length(window.seconds)
      }") ${comparison} ${threshold}`;
    }
  }
}

const names = (by: readonly GroupTag[]) => by.map(({ name }) => name);
const quotedList = (texts: readonly string[]) => texts.map((text) => `"${text}"`).join(",");

function printTerm(term: ScopeTerm): string {
  return `${term.negated ? "!" : ""}${term.kind === "variable" ? `$${term.name}` : `${term.key}:${term.value}`}`;
}

/** Parentheses stand only where they are needed: the text nests no deeper than the one that was read. */
function printOperation({ operator, left, right }: Extract<Expression, { kind: "operation" }>): string {
  const binds = strengthOf(operator);
  const isLooser = (side: Expression, least: number) => side.kind === "operation" && strengthOf(side.operator) < least;
  const print = (side: Expression, least: number) =>
    isLooser(side, least) ? `(${printExpression(side)})` : printExpression(side);
  return `${print(left, binds)} ${operator} ${print(right, binds + 1)}`;
}

const strengthOf = (operator: Operator) => operator === "+" || operator === "-" ? 1 : 2;

/** A time in the largest unit that it is a whole number of. */
function length(seconds: number): string {
  if (seconds % 604_800 === 0) return `${seconds / 604_800}w`;
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds / 60}m`;
}
