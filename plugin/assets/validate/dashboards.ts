import {
  checkFormula,
  checkMetricQuery,
  EVERYWHERE,
  type MetricQuery,
  namesOf,
  parseFormula,
  parseMetricQuery,
} from "../query/mod.ts";
import { checkSchema, quoted } from "./by_schema.ts";
import { type DashboardJson, dashboardSchema, type WidgetJson } from "./dashboard_schema.ts";
import type { Findings } from "./findings.ts";
import type { JsonFile, JsonPath } from "./json_file.ts";
import type { Knowledge } from "./knowledge.ts";
import { checkLayout } from "./layout.ts";
import { addIssues, readQuery } from "./queries.ts";
import { isUnit } from "./units.ts";

/** Units belong to the numbers, not into a title; and TorchServe exposes no percentiles. */
const UNIT_IN_TITLE = /\(.*\)|[%µ]|\b(?:ms|milliseconds?|seconds|bytes?|[kmg]i?b|percent)\b|\bp(?:50|90|95|99)\b/i;

/** Holds a dashboard against all rules. */
export function checkDashboard(file: JsonFile, knowledge: Knowledge, findings: Findings): void {
  const dashboard = checkSchema(file, dashboardSchema, findings);
  if (dashboard === undefined) return;
  const variables = checkVariables(file, dashboard, findings);
  checkLayout(file, dashboard, findings);
  dashboard.widgets.forEach(({ definition: group }, i) => {
    group.widgets.forEach((widget, k) => {
      const path = ["widgets", i, "definition", "widgets", k, "definition"];
      new WidgetCheck(file, path, variables, knowledge, findings).check(widget.definition);
    });
  });
}

/** The template variables by name, each with its tag. */
function checkVariables(file: JsonFile, dashboard: DashboardJson, findings: Findings): Map<string, string> {
  const variables = new Map<string, string>();
  const text = JSON.stringify(dashboard.widgets);
  dashboard.template_variables.forEach(({ name, prefix }, i) => {
    const line = file.lineOf(["template_variables", i, "name"]);
    if (variables.has(name)) findings.add(file.path, line, `the template variable ${quoted(name)} stands twice`);
    variables.set(name, prefix);
    if (!new RegExp(`\\$${name.replace(/\W/g, "")}\\b`).test(text)) {
      findings.add(file.path, line, `no widget uses the template variable ${quoted(name)}`);
    }
  });
  return variables;
}

type Definition = WidgetJson["definition"];

/** The rules for one widget. */
class WidgetCheck {
  constructor(
    private readonly file: JsonFile,
    private readonly path: JsonPath,
    private readonly variables: ReadonlyMap<string, string>,
    private readonly knowledge: Knowledge,
    private readonly findings: Findings,
  ) {}

  check(widget: Definition): void {
    if (widget.type === "note") return;
    const unit = UNIT_IN_TITLE.exec(widget.title)?.[0];
    if (unit !== undefined) this.#add(["title"], `no units in titles: ${quoted(unit)} in ${quoted(widget.title)}`);
    switch (widget.type) {
      case "check_status":
        return this.#checkTiles(widget);
      case "manage_status":
        return;
      case "list_stream":
        return widget.requests.forEach(({ query }, i) => {
          this.#checkSearch(["requests", i, "query", "query_string"], query.query_string);
        });
      default:
        return widget.requests.forEach((request, i) => this.#checkRequest(request, ["requests", i]));
    }
  }

  #checkTiles({ check, group_by, tags }: Extract<Definition, { type: "check_status" }>): void {
    const groups = this.knowledge.checks.get(check);
    if (groups === undefined) return this.#add(["check"], `service_checks.json has no check ${quoted(check)}`);
    group_by.forEach((tag, i) => this.#checkTagOfCheck(["group_by", i], check, tag, tag));
    tags.forEach((term, i) => {
      const name = /^\$(\w+)$/.exec(term)?.[1];
      const tag = name === undefined ? term.split(":", 1)[0] ?? "" : this.variables.get(name);
      if (tag === undefined) return this.#add(["tags", i], `there is no template variable ${quoted(term)}`);
      this.#checkTagOfCheck(["tags", i], check, tag, term);
    });
  }

  #checkTagOfCheck(path: JsonPath, check: string, tag: string, shown: string): void {
    const groups = this.knowledge.checks.get(check) ?? [];
    if (groups.includes(tag) || EVERYWHERE.includes(tag)) return;
    this.#add(path, `${quoted(shown)}: ${check} has no tag ${quoted(tag)}, only ${groups.join(", ")}`);
  }

  #checkSearch(path: JsonPath, search: string): void {
    if (!search.split(" ").includes("source:torchserve")) {
      this.#add(path, `${quoted(search)} does not look for source:torchserve`);
    }
    for (const [term, name = ""] of search.matchAll(/\$(\w+)(?:\.value)?/g)) {
      if (!this.variables.has(name)) this.#add(path, `there is no template variable ${quoted(term)}`);
    }
  }

  #checkRequest(
    request: Extract<
      Definition,
      { type: "query_value" | "timeseries" | "toplist" | "query_table" }
    >["requests"][number],
    path: JsonPath,
  ): void {
    const queries = new Map<string, MetricQuery>();
    const names = new Set<string>();
    let ofLogs = false;
    request.queries.forEach((query, i) => {
      const at = [...path, "queries", i];
      if (names.has(query.name)) this.#add([...at, "name"], `two queries have the name ${quoted(query.name)}`);
      names.add(query.name);
      if (query.data_source === "logs") {
        ofLogs = true;
        return this.#checkSearch([...at, "search", "query"], query.search.query);
      }
      const read = this.#readMetricQuery([...at, "query"], query.query);
      if (read !== undefined) queries.set(query.name, read);
    });
    const used = new Set<string>();
    request.formulas.forEach((one, i) => {
      const at = [...path, "formulas", i, "formula"];
      const unit = one.number_format?.unit.unit_name;
      if (unit !== undefined && !isUnit(unit)) {
        this.#add([...path, "formulas", i, "number_format", "unit", "unit_name"], `unknown unit ${quoted(unit)}`);
      }
      const formula = readQuery(this.file, [...this.path, ...at], one.formula, parseFormula, this.findings);
      if (formula === undefined) return;
      for (const { name } of namesOf(formula)) used.add(name);
      if (ofLogs || queries.size < names.size) return;
      addIssues(this.file, [...this.path, ...at], one.formula, checkFormula(formula, queries), this.findings);
    });
    request.queries.forEach(({ name }, i) => {
      if (!used.has(name)) this.#add([...path, "queries", i, "name"], `no formula uses the query ${quoted(name)}`);
    });
  }

  #readMetricQuery(path: JsonPath, text: string): MetricQuery | undefined {
    const at = [...this.path, ...path];
    const query = readQuery(this.file, at, text, parseMetricQuery, this.findings);
    if (query === undefined) return undefined;
    const known = { metrics: this.knowledge.metrics, variables: this.variables };
    addIssues(this.file, at, text, checkMetricQuery(query, known), this.findings);
    return query;
  }

  #add(path: JsonPath, message: string): void {
    this.findings.add(this.file.path, this.file.lineOf([...this.path, ...path]), message);
  }
}
