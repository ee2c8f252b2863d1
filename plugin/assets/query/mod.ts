/**
 * The queries of dashboards and monitors: a subset of Datadog's language, read, checked against the catalogue, and
 * evaluated. `validate`, `render` and the preview all read queries here, so that none says something else than another.
 *
 * @module
 */
export type {
  CheckCondition,
  Comparison,
  Condition,
  EventCondition,
  Expression,
  GroupTag,
  MetricCondition,
  MetricQuery,
  Operator,
  ScopeTerm,
  Space,
  Span,
  Window,
} from "./ast.ts";
export {
  checkCheckCondition,
  checkExpression,
  checkFormula,
  checkMetricQuery,
  EVERYWHERE,
  type KnownMetrics,
  tagInDatadog,
} from "./check.ts";
export type { QueryIssue } from "./issue.ts";
export { parseCheckCondition, parseEventCondition, parseMetricCondition } from "./condition.ts";
export { parseExpression, parseFormula } from "./expression.ts";
export { metricQueriesOf, namesOf } from "./leaves.ts";
export { parseMetricQuery } from "./metric_query.ts";
export { printCondition, printExpression, printMetricQuery } from "./print.ts";
export { QuerySyntaxError } from "./syntax_error.ts";
