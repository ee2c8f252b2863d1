import type { CatalogueEntry } from "../../catalogue/mod.ts";
import { nearest } from "../../config/mod.ts";
import type { CheckCondition, Expression, GroupTag, MetricQuery, Span } from "./ast.ts";
import { checkGroups } from "./check_groups.ts";
import type { QueryIssue } from "./issue.ts";
import { metricQueriesOf, namesOf } from "./leaves.ts";

/** What queries are held against. */
export interface KnownMetrics {
  readonly metrics: ReadonlyMap<string, CatalogueEntry>;
  /** Template variables that there are, by the tags that they filter. */
  readonly variables: ReadonlyMap<string, string>;
}

/** Tags that the host agent puts on everything. */
export const EVERYWHERE: readonly string[] = ["host", "service"];
/** Units of shares and of times: their sum over series means nothing. */
const NOT_ADDITIVE = new Set(["percent", "millisecond", "microsecond", "second"]);
/** Metrics of the metrics endpoint, where the version is `default` for requests that name none. */
const OF_METRICS_ENDPOINT = "torchserve.openmetrics.";

/** Datadog makes the letters of a tag's name small ("naming metrics and tags"). */
export const tagInDatadog = (name: string): string => name.toLowerCase();

/** It makes those of a tag's value small, too, and `_` of all but letters, digits and `_-:./`. */
const valueInDatadog = (value: string): string => value.toLowerCase().replace(/[^\p{L}\p{N}_\-:./]/gu, "_");

/** All that is wrong with a query of one metric. */
export function checkMetricQuery(query: MetricQuery, { metrics, variables }: KnownMetrics): QueryIssue[] {
  const entry = metrics.get(query.metric);
  if (entry === undefined) {
    const close = nearest(query.metric, [...metrics.keys()]);
    const hint = close === undefined ? "" : `: did you mean ${close}?`;
    return [{ message: `metadata.csv has no metric ${JSON.stringify(query.metric)}${hint}`, at: query.metricAt }];
  }
  const issues = checkKind(query, entry);
  for (const term of query.scope) {
    if (term.kind === "tag") {
      issues.push(...checkTag(term.key, entry, term.at), ...checkValue(term.value, term.at));
      continue;
    }
    const tag = variables.get(term.name);
    if (tag !== undefined) issues.push(...checkTag(tag, entry, term.at));
    else issues.push({ message: `there is no template variable $${term.name}`, at: term.at });
  }
  issues.push(...checkTwice(query.by, "by {…}"), ...query.by.flatMap(({ name, at }) => checkTag(name, entry, at)));
  if (query.rollup !== undefined) {
    const message = ".rollup(…) is not known to Grafana's dashboards and to our own evaluation: leave it out";
    issues.push({ message, at: query.at });
  }
  return issues;
}

function checkKind(query: MetricQuery, entry: CatalogueEntry): QueryIssue[] {
  const { metric, metricAt: at, as, space } = query;
  if (entry.type === "count" && as === undefined) {
    return [{ message: `${metric} is a count: ask for .as_count() or .as_rate()`, at }];
  }
  if (entry.type !== "count" && as !== undefined) {
    return [{ message: `${metric} is a ${entry.type}: it has no .as_${as}()`, at }];
  }
  if (entry.type === "gauge" && space === "sum" && NOT_ADDITIVE.has(entry.unit)) {
    return [{ message: `sum: of ${metric}, which is in ${entry.unit}s, means nothing: use avg: or max:`, at }];
  }
  return [];
}

function checkTwice(by: readonly GroupTag[], where: string): QueryIssue[] {
  return by.filter(({ name }, i) => by.findIndex((tag) => tag.name === name) < i)
    .map(({ name, at }) => ({ message: `${JSON.stringify(name)} stands twice in ${where}`, at }));
}

function checkValue(value: string, at: Span): QueryIssue[] {
  const known = valueInDatadog(value);
  return known === value ? [] : [{ message: `Datadog knows the value ${JSON.stringify(value)} as ${known}`, at }];
}

function checkTag(tag: string, entry: CatalogueEntry, at: Span): QueryIssue[] {
  if (tag === "model_version" && entry.name.startsWith(OF_METRICS_ENDPOINT)) {
    const message =
      `${entry.name} has the model_version "default" for requests without a version, and others than the ` +
      "management API: do not filter or group it by model_version";
    return [{ message, at }];
  }
  const known = [...entry.tags.map(tagInDatadog), ...EVERYWHERE];
  if (known.includes(tag)) return [];
  const written = known.includes(tagInDatadog(tag)) ? `: Datadog knows it as ${tagInDatadog(tag)}` : "";
  return [{ message: `${entry.name} has no tag ${JSON.stringify(tag)}${written || `, only ${known.join(", ")}`}`, at }];
}

/**
 * All that is wrong with a formula.
 *
 * @param formula arithmetic over names
 * @param queries the queries by these names
 */
export function checkFormula(formula: Expression, queries: ReadonlyMap<string, MetricQuery>): QueryIssue[] {
  const issues: QueryIssue[] = [];
  for (const { name, at } of namesOf(formula)) {
    if (!queries.has(name)) issues.push({ message: `there is no query named ${JSON.stringify(name)}`, at });
  }
  return [...issues, ...checkGroups(formula, queries)];
}

/** All that is wrong with arithmetic over metric queries. */
export function checkExpression(expression: Expression, known: KnownMetrics): QueryIssue[] {
  const queries = metricQueriesOf(expression);
  return [...queries.flatMap((query) => checkMetricQuery(query, known)), ...checkGroups(expression)];
}

/**
 * All that is wrong with a condition on a service check.
 *
 * @param checks the tags (`groups` of service_checks.json) of all service checks by their names
 */
export function checkCheckCondition(
  condition: CheckCondition,
  checks: ReadonlyMap<string, readonly string[]>,
): QueryIssue[] {
  const groups = checks.get(condition.check);
  if (groups === undefined) {
    const close = nearest(condition.check, [...checks.keys()]);
    const hint = close === undefined ? "" : `: did you mean ${close}?`;
    const message = `service_checks.json has no check ${JSON.stringify(condition.check)}${hint}`;
    return [{ message, at: condition.checkAt }];
  }
  const unknown = (tag: string, at: Span): QueryIssue[] =>
    groups.includes(tag) || EVERYWHERE.includes(tag)
      ? []
      : [{ message: `${condition.check} has no tag ${JSON.stringify(tag)}, only ${groups.join(", ")}`, at }];
  return [
    ...condition.over.flatMap(({ tag, at }) => {
      const colon = tag.indexOf(":");
      if (colon <= 0) return [{ message: `${JSON.stringify(tag)} is no tag with a value`, at }];
      return [...unknown(tag.slice(0, colon), at), ...checkValue(tag.slice(colon + 1), at)];
    }),
    ...checkTwice(condition.by, "by(…)"),
    ...condition.by.flatMap(({ name, at }) => unknown(name, at)),
  ];
}
