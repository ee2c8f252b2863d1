import {
  checkFormula,
  checkMetricQuery,
  type Expression,
  type MetricQuery,
  namesOf,
  parseFormula,
  parseMetricQuery,
} from "../query/mod.ts";
import { quoted } from "./by_schema.ts";
import type { WidgetJson } from "./dashboard_schema.ts";
import { aggregationIssues, countIssues, kindIssues } from "./joined.ts";
import type { DashboardKnowledge, Variables } from "./knowledge.ts";
import { isMeasure, MeasureError, unitOf } from "./measures.ts";
import { member } from "./members.ts";
import type { Place } from "./place.ts";
import { addIssues, readQuery } from "./queries.ts";
import { checkScopes } from "./scopes.ts";
import { checkSearch } from "./search_place.ts";
import { facetIssue } from "./searches.ts";
import { isUnit } from "./units.ts";

type Drawn = Extract<
  WidgetJson["definition"],
  { type: "query_value" | "timeseries" | "toplist" | "query_table" }
>;
type Request = Drawn["requests"][number];

/** Holds the queries and formulas of a widget against the rules. */
export function checkRequest(
  place: Place,
  type: Drawn["type"],
  request: Request,
  variables: Variables,
  knowledge: DashboardKnowledge,
): void {
  const queries = new Map<string, MetricQuery>();
  const names = new Set<string>();
  const groups = new Set<string>();
  request.queries.forEach((query, i) => {
    const at = place.at("queries", i);
    if (names.has(query.name)) at.add(["name"], `two queries have the name ${quoted(query.name)}`);
    names.add(query.name);
    if (query.data_source === "logs") {
      checkSearch(at.at("search", "query"), query.search.query, true, variables, knowledge);
      query.group_by.forEach(({ facet }, k) => {
        groups.add(facet);
        const odd = facetIssue(facet, knowledge.searched);
        if (odd !== undefined) at.add(["group_by", k, "facet"], odd);
      });
      return;
    }
    const read = readQuery(at.at("query"), query.query, parseMetricQuery);
    if (read === undefined) return;
    queries.set(query.name, read);
    for (const { name } of read.by) groups.add(name);
    const issues = checkMetricQuery(read, { metrics: knowledge.metrics, variables });
    addIssues(at.at("query"), query.query, [...issues, ...countIssues(read, knowledge.metrics)]);
    for (const issue of aggregationIssues(read, member(query, "aggregator"), knowledge.metrics)) {
      at.add(["aggregator"], issue);
    }
  });
  const formulas = request.formulas.map(({ formula }, i) =>
    readQuery(place.at("formulas", i, "formula"), formula, parseFormula)
  );
  checkNames(place, request, formulas);
  checkSort(place, request, groups);
  if (queries.size < names.size) return;
  checkScopes(place, request.queries.map(({ name }) => name), queries, variables, knowledge);
  formulas.forEach((formula, i) => {
    if (formula === undefined) return;
    const at = place.at("formulas", i);
    const text = request.formulas[i]?.formula ?? "";
    addIssues(at.at("formula"), text, checkFormula(formula, queries));
    for (const issue of kindIssues(type, formula, queries, request.queries)) {
      at.add(["formula"], `${quoted(text)}: ${issue}`);
    }
    checkUnit(at, request.formulas[i]?.number_format?.unit.unit_name, formula, text, queries, knowledge);
  });
}

/** Each query is used, each formula is another, and can be told from the others. */
function checkNames(place: Place, request: Request, formulas: readonly (Expression | undefined)[]): void {
  const used = new Set(
    formulas.flatMap((formula) => formula === undefined ? [] : namesOf(formula).map(({ name }) => name)),
  );
  request.queries.forEach(({ name }, i) => {
    if (!used.has(name)) place.add(["queries", i, "name"], `no formula uses the query ${quoted(name)}`);
  });
  if (request.formulas.length < 2) return;
  const aliases = new Set<string | undefined>();
  request.formulas.forEach(({ alias, formula }, i) => {
    if (alias === undefined) {
      place.add(["formulas", i], `${quoted(formula)} has no alias: it cannot be told from the others`);
    } else if (aliases.has(alias)) place.add(["formulas", i, "alias"], `two formulas have the alias ${quoted(alias)}`);
    aliases.add(alias);
  });
}

function checkSort(place: Place, request: Request, groups: ReadonlySet<string>): void {
  if (!("sort" in request)) return;
  if (groups.size === 0) place.add(["queries"], "a list needs queries with by {…}: it would have one row");
  request.sort.order_by.forEach((order, i) => {
    const at = place.at("sort", "order_by", i);
    if (order.type === "group") {
      if (!groups.has(order.name)) at.add(["name"], `no query is grouped by ${quoted(order.name)}`);
    } else if (order.index >= request.formulas.length) {
      at.add(["index"], `there is no formula ${order.index}: they are counted from 0`);
    }
  });
}

/** The unit that a formula's values are shown in is that of its values. */
function checkUnit(
  place: Place,
  unit: string | undefined,
  formula: Expression,
  text: string,
  queries: ReadonlyMap<string, MetricQuery>,
  { metrics }: DashboardKnowledge,
): void {
  const at = ["number_format", "unit", "unit_name"];
  if (unit !== undefined && !isUnit(unit)) return place.add(at, `unknown unit ${quoted(unit)}`);
  if ([...queries.values()].some(({ metric }) => !metrics.has(metric))) return;
  try {
    const found = unitOf(formula, (name) => queries.get(name), metrics);
    if (found === undefined) return;
    if (unit === undefined) {
      // Datadog shows the metric's own unit where nothing was computed.
      if (formula.kind !== "name" && found !== "") {
        place.add(["formula"], `${quoted(text)} is in ${found}s: number_format is missing`);
      }
    } else if (found !== unit && (found !== "" || isMeasure(unit))) {
      place.add(at, `${quoted(unit)} is not the unit of ${quoted(text)}, ${found === "" ? "which has none" : found}`);
    }
  } catch (error) {
    if (!(error instanceof MeasureError)) throw error;
    place.add(["formula"], `${quoted(text)}: ${error.message}`);
  }
}
