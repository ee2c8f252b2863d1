import type { CatalogueEntry } from "../../catalogue/mod.ts";
import { type Expression, type MetricQuery, namesOf, type QueryIssue } from "../query/mod.ts";
import { quoted } from "./by_schema.ts";

/** All that is wrong with how the points of a range become one value. */
export function aggregationIssues(
  { metric, as }: MetricQuery,
  aggregator: unknown,
  metrics: ReadonlyMap<string, CatalogueEntry>,
): string[] {
  if (aggregator !== "sum" || as === "count" || !metrics.has(metric)) return [];
  const what = as === "rate" ? "rates" : "values of a gauge";
  return [`${quoted(aggregator)} of ${metric}: a sum of ${what} over time means nothing`];
}

/** What is wrong with how a count of several hosts becomes one. */
export function countIssues(
  { metric, space, as, metricAt: at }: MetricQuery,
  metrics: ReadonlyMap<string, CatalogueEntry>,
): QueryIssue[] {
  if (as === undefined || space === "sum" || metrics.get(metric)?.type !== "count") return [];
  return [{ message: `${space}: of ${metric}, which is a count: counts of hosts are added up, with sum:`, at }];
}

/** All that is wrong with how the queries of a formula are put together. */
export function kindIssues(
  type: string,
  formula: Expression,
  queries: ReadonlyMap<string, MetricQuery>,
  listed: readonly { readonly name: string; readonly aggregator?: string | undefined; readonly data_source: string }[],
): string[] {
  const issues: string[] = [];
  const used = [...new Set(namesOf(formula).map(({ name }) => name))];
  const read = used.flatMap((name) => queries.get(name) ?? []);
  if (new Set(read.flatMap(({ as }) => as ?? [])).size > 1) issues.push("its queries mix .as_count() and .as_rate()");
  const aggregators = listed.flatMap((one) =>
    used.includes(one.name) && one.aggregator !== undefined ? [one.aggregator] : []
  );
  if (new Set(aggregators).size > 1) {
    issues.push(`its queries have different aggregators: ${[...new Set(aggregators)].join(" and ")}`);
  }
  const isCounted = formula.kind === "call" && formula.name === "count_nonzero";
  const grouped = read.find(({ by }) => by.length > 0);
  if (type === "query_value" && grouped !== undefined && !isCounted) {
    issues.push(
      `a single value of a query by ${
        quoted(grouped.by.map(({ name }) => name).join(","))
      } would be that of the first group`,
    );
  }
  if (isCounted && grouped === undefined) issues.push("count_nonzero of a query without by {…} is 0 or 1");
  return issues;
}
