import type { CatalogueEntry } from "../../catalogue/mod.ts";
import { nearest } from "../../config/mod.ts";
import type { CheckCondition, Expression, MetricQuery, Span } from "./ast.ts";
import { metricQueriesOf, namesOf } from "./leaves.ts";

/** What is wrong with a query, and where in its text. */
export interface QueryIssue {
  readonly message: string;
  readonly at: Span;
}

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
      issues.push(...checkTag(term.key, entry, term.at));
      continue;
    }
    const tag = variables.get(term.name.replace(/\.value$/, ""));
    if (tag !== undefined) issues.push(...checkTag(tag, entry, term.at));
    else issues.push({ message: `there is no template variable $${term.name}`, at: term.at });
  }
  const seen = new Set<string>();
  for (const { name, at } of query.by) {
    if (seen.has(name)) issues.push({ message: `${JSON.stringify(name)} stands twice in by {…}`, at });
    seen.add(name);
    issues.push(...checkTag(name, entry, at));
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
  const used: MetricQuery[] = [];
  for (const { name, at } of namesOf(formula)) {
    const query = queries.get(name);
    if (query !== undefined) used.push(query);
    else issues.push({ message: `there is no query named ${JSON.stringify(name)}`, at });
  }
  return [...issues, ...checkGroups(used, formula.at)];
}

/** All that is wrong with arithmetic over metric queries. */
export function checkExpression(expression: Expression, known: KnownMetrics): QueryIssue[] {
  const queries = metricQueriesOf(expression);
  return [...queries.flatMap((query) => checkMetricQuery(query, known)), ...checkGroups(queries, expression.at)];
}

/** Operands of one formula are joined by their groups, which therefore have to be the same tags. */
function checkGroups(queries: readonly MetricQuery[], at: Span): QueryIssue[] {
  const groups = new Set(queries.map(({ by }) => by.map(({ name }) => name).sort().join(",")));
  if (groups.size <= 1) return [];
  const shown = [...groups].map((tags) => `{${tags}}`).join(" and ");
  return [{ message: `its queries are grouped differently: by ${shown}`, at }];
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
  return condition.by.filter(({ name }) => !groups.includes(name) && !EVERYWHERE.includes(name)).map((
    { name, at },
  ) => ({
    message: `${condition.check} has no tag ${JSON.stringify(name)}, only ${groups.join(", ")}`,
    at,
  }));
}
