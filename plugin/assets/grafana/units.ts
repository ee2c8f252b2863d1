import type { CatalogueEntry } from "../../catalogue/mod.ts";
import type { Queries, Unit } from "../description/dashboard.ts";
import { type Expression, type MetricQuery, parseMetricQuery } from "../query/mod.ts";

/** Grafana's units by those of `metadata.csv`. TorchServe divides by 1024 where it says mega and giga. */
const UNITS: Readonly<Record<string, string>> = {
  percent: "percent",
  microsecond: "µs",
  millisecond: "ms",
  second: "s",
  byte: "bytes",
  megabyte: "mbytes",
  mebibyte: "mbytes",
  gigabyte: "gbytes",
};

/** Requests a second. */
const PER_SECOND = "reqps";

/** Queries by their names, read. */
export function readQueries(queries: Queries): Map<string, MetricQuery> {
  return new Map(Object.entries(queries).map(([name, text]) => [name, parseMetricQuery(text)]));
}

/** The unit of a formula's values: the one that is given, or that of the only metric that it has. */
export function unitOf(
  formula: Expression,
  queries: ReadonlyMap<string, MetricQuery>,
  metrics: ReadonlyMap<string, CatalogueEntry>,
  { unit, countsPerSecond }: { readonly unit?: Unit | undefined; readonly countsPerSecond: boolean },
): string {
  if (unit !== undefined) return UNITS[unit] ?? "short";
  const query = formula.kind === "name" ? queries.get(formula.name) : undefined;
  if (query === undefined) return "short";
  if (query.as === "rate" || (query.as === "count" && countsPerSecond)) return PER_SECOND;
  return UNITS[metrics.get(query.metric)?.unit ?? ""] ?? "short";
}
