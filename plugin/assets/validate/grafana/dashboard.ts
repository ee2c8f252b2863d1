import { checkSchema, quoted } from "../by_schema.ts";
import type { DashboardFacts } from "../dashboard_facts.ts";
import type { Findings } from "../findings.ts";
import type { JsonFile } from "../json_file.ts";
import { Place } from "../place.ts";
import { expressionIssues, seriesIn } from "../prometheus/expression.ts";
import { SCRAPED, type Series } from "../prometheus/series.ts";
import { unitInTitle } from "../titles.ts";
import { checkGrid } from "./grid.ts";
import { type GrafanaJson, grafanaSchema, type PanelJson } from "./schema.ts";

/** The Prometheus that is chosen above the dashboard. */
const CHOSEN = "${datasource}";

/** What dashboards are held against. */
export interface GrafanaKnowledge {
  readonly series: ReadonlyMap<string, Series>;
  /** Those for Datadog. */
  readonly dashboards: readonly DashboardFacts[];
}

/**
 * Holds a dashboard for Grafana against its rules: its expressions ask for series, labels and variables that there are,
 * its uid is that of its file, and it is the twin of one for Datadog.
 */
export function checkGrafanaDashboard(file: JsonFile, knowledge: GrafanaKnowledge, findings: Findings): void {
  const dashboard = checkSchema(file, grafanaSchema, findings);
  if (dashboard === undefined) return;
  const place = new Place(file, [], findings);
  checkIdentity(place, dashboard, knowledge.dashboards);
  checkGrid(place, dashboard);
  const variables = checkVariables(place, dashboard, knowledge.series);
  const known = { series: knowledge.series, variables };
  dashboard.annotations.list.forEach(({ builtIn, name, expr, datasource }, i) => {
    if (builtIn === 1) return;
    const at = place.at("annotations", "list", i);
    if (expr === undefined) return at.add([], `the marks ${quoted(name)} have no "expr"`);
    for (const issue of expressionIssues(expr, known)) at.add(["expr"], issue);
    if (datasource.uid !== CHOSEN) {
      at.add(["datasource", "uid"], `${quoted(datasource.uid)} is somebody's own: ${CHOSEN}`);
    }
  });
  const ids = new Set<number>();
  dashboard.panels.forEach((panel, i) => {
    const at = place.at("panels", i);
    if (ids.has(panel.id)) at.add(["id"], `two panels have the id ${panel.id}`);
    ids.add(panel.id);
    checkPanel(at, panel, known);
  });
}

/** Its uid, its title and its tag: push and provisioning know it by them. */
function checkIdentity(place: Place, { uid, title, tags }: GrafanaJson, dashboards: readonly DashboardFacts[]): void {
  const key = /([^/]+)\.json$/.exec(place.file.path)?.[1] ?? "";
  if (uid !== `torchserve-${key}`) {
    place.add(["uid"], `the uid ${quoted(uid)} is not that of this file, "torchserve-${key}"`);
  }
  if (dashboards.length > 0 && !dashboards.some((one) => one.title === title)) {
    place.add(
      ["title"],
      `no dashboard for Datadog has the title ${quoted(title)}, only ${dashboards.map((one) => one.title).join(", ")}`,
    );
  }
  if (!tags.includes("torchserve")) place.add(["tags"], 'the tag "torchserve" is missing');
}

/** The names of the variables; each is used, and asks for what there is. */
function checkVariables(place: Place, dashboard: GrafanaJson, series: ReadonlyMap<string, Series>): Set<string> {
  const { list } = dashboard.templating;
  const names = new Set(list.map(({ name }) => name));
  const text = JSON.stringify([dashboard.panels, dashboard.annotations, list]);
  list.forEach((variable, i) => {
    const at = place.at("templating", "list", i);
    if (list.findIndex(({ name }) => name === variable.name) !== i) {
      at.add(["name"], `the variable ${quoted(variable.name)} stands twice`);
    }
    if (!new RegExp(`\\$\\{?${variable.name.replace(/\W/g, "")}\\b`).test(text)) {
      at.add(["name"], `nothing uses the variable ${quoted(variable.name)}`);
    }
    if (variable.type !== "query") return;
    const [, selector = "", label = ""] = /^label_values\((.*), (\w+)\)$/s.exec(variable.query.query) ?? [];
    if (label === "") {
      return at.add(["query", "query"], `${quoted(variable.query.query)} is no label_values(SERIES, LABEL)`);
    }
    const known = { series: uncounted(series), variables: names };
    for (const issue of expressionIssues(selector, known)) at.add(["query", "query"], issue);
    const labels = [...SCRAPED, ...seriesIn(selector).flatMap((name) => series.get(name)?.labels ?? [])];
    if (seriesIn(selector).length > 0 && !labels.includes(label)) {
      at.add(["query", "query"], `${quoted(label)}: ${selector} has no such label, only ${labels.join(", ")}`);
    }
    if (variable.definition !== variable.query.query) {
      {
        at.add(["definition"], `${JSON.stringify(variable.definition)} is not the query`);
      }
    }
  });
  return names;
}

/** Values of labels are asked for, not of series. */
const uncounted = (series: ReadonlyMap<string, Series>): ReadonlyMap<string, Series> =>
  new Map([...series].map(([name, one]) => [name, { ...one, isCounter: false }]));

function checkPanel(
  place: Place,
  panel: PanelJson,
  known: { readonly series: ReadonlyMap<string, Series>; readonly variables: ReadonlySet<string> },
): void {
  if (panel.type === "row" || panel.type === "text") return;
  const unit = unitInTitle(panel.title);
  if (unit !== undefined) place.add(["title"], `no units in titles: ${quoted(unit)} in ${quoted(panel.title)}`);
  const refs = new Set<string>();
  panel.targets.forEach(({ refId, expr, legendFormat }, i) => {
    const at = place.at("targets", i);
    if (refs.has(refId)) at.add(["refId"], `two queries have the name ${quoted(refId)}`);
    refs.add(refId);
    for (const issue of expressionIssues(expr, known)) at.add(["expr"], issue);
    const labels = [...SCRAPED, ...seriesIn(expr).flatMap((name) => known.series.get(name)?.labels ?? [])];
    for (const [whole, label = ""] of legendFormat.matchAll(/\{\{\s*(\w+)\s*\}\}/g)) {
      if (!labels.includes(label)) at.add(["legendFormat"], `${quoted(whole)}: the series have no such label`);
    }
  });
  let before: number | undefined;
  panel.fieldConfig.defaults.thresholds?.steps.forEach(({ value }, i) => {
    const at = ["fieldConfig", "defaults", "thresholds", "steps", i, "value"];
    if (i > 0 && value === null) place.add(at, "only the first color has no value: it begins where no other does");
    if (value !== null && before !== undefined && value <= before) {
      place.add(at, `the color from ${value} on never shows: it stands behind the one from ${before} on`);
    }
    before = value ?? before;
  });
}
