import type { CheckTiles, MonitorStates, TopList, Value } from "../description/dashboard.ts";
import { exposedName } from "../../formats/mod.ts";
import { parseFormula } from "../query/mod.ts";
import { labelOf, promqlOfFormula, selector } from "../promql/mod.ts";
import type { GrafanaContext } from "./context.ts";
import { emptyText, instantTarget, type Json, legendOf, panelOf, rangeTarget, reduced, thresholds } from "./panel.ts";
import { readQueries, unitOf } from "./units.ts";

/** The time that is chosen above the dashboard. */
const RANGE = "$__range";
/** A time for each point of a chart that has several scrapes. */
const RATE_INTERVAL = "$__rate_interval";

/** What the gauge of a service check means (docs/metrics.md). */
const STATUSES = {
  0: { text: "OK", color: "green" },
  1: { text: "WARNING", color: "yellow" },
  2: { text: "CRITICAL", color: "red" },
  3: { text: "UNKNOWN", color: "purple" },
};

/** A tile for each combination of labels of a service check, worst first. */
export function checkPanel(widget: CheckTiles): Json {
  const labels = widget.by.map((tag) => labelOf(tag));
  const scope = selector(widget.variables.map((name) => ({ kind: "variable", name, negated: false, at: NOWHERE })));
  const expr = `sort_desc(max by (${labels.join(", ")}) (${exposedName(widget.check, false)}${scope}))`;
  return panelOf(widget, "stat", {
    targets: [instantTarget("A", expr, legendOf(labels), "time_series")],
    fieldConfig: {
      defaults: {
        mappings: [
          { type: "value", options: STATUSES },
          { type: "special", options: { match: "null", result: { text: emptyText(widget.needs), color: "text" } } },
        ],
        color: { mode: "thresholds" },
        thresholds: thresholds([{ color: "gray" }]),
        noValue: emptyText(widget.needs),
      },
      overrides: [],
    },
    options: { ...STAT, colorMode: "background", graphMode: "none", textMode: "value_and_name" },
  });
}

/** Where a term that nobody wrote stands. */
const NOWHERE = { start: 0, end: 0 };

const STAT = {
  justifyMode: "center",
  orientation: "auto",
  wideLayout: true,
  showPercentChange: false,
  percentChangeColorMode: "standard",
  reduceOptions: reduced("lastNotNull"),
};

/** One number. A rate has its course behind it; a ratio has none, since the mean of ratios is not the ratio. */
export function valuePanel(widget: Value, { metrics }: GrafanaContext): Json {
  const queries = readQueries(widget.queries);
  const formula = parseFormula(widget.formula);
  const isRate = formula.kind === "name" && queries.get(formula.name)?.as === "rate";
  const expr = promqlOfFormula(formula, queries, {
    metrics,
    window: isRate ? RATE_INTERVAL : RANGE,
    ...isRate ? {} : { over: widget.aggregator },
  });
  return panelOf(widget, "stat", {
    targets: [isRate ? rangeTarget("A", expr, widget.title) : instantTarget("A", expr, widget.title, "time_series")],
    fieldConfig: {
      defaults: {
        unit: unitOf(formula, queries, metrics, { unit: widget.unit, countsPerSecond: false }),
        color: widget.steps === undefined ? { mode: "fixed", fixedColor: "blue" } : { mode: "thresholds" },
        thresholds: thresholds(widget.steps ?? [{ color: "green" }]),
        mappings: [],
        noValue: emptyText(widget.needs),
      },
      overrides: [],
    },
    options: {
      ...STAT,
      colorMode: widget.steps === undefined ? "value" : "background",
      graphMode: isRate ? "area" : "none",
      textMode: "value",
      reduceOptions: reduced(isRate ? "mean" : "lastNotNull"),
    },
  });
}

/** The largest values as bars. */
export function topListPanel(widget: TopList, { metrics }: GrafanaContext): Json {
  const queries = readQueries(widget.queries);
  const formula = parseFormula(widget.formula);
  const value = promqlOfFormula(formula, queries, { metrics, window: RANGE, over: widget.aggregator });
  const [first] = queries.values();
  const labels = first?.by.map(({ name }) => labelOf(name, metrics.get(first.metric))) ?? [];
  const isCount = formula.kind === "name" && first?.as === "count";
  return panelOf(widget, "bargauge", {
    targets: [
      instantTarget("A", `sort_desc(topk(${widget.limit}, ${value}))`, legendOf(labels), "time_series"),
    ],
    fieldConfig: {
      defaults: {
        unit: unitOf(formula, queries, metrics, { unit: widget.unit, countsPerSecond: false }),
        // The increase of a counter is extrapolated to the whole time, and is no whole number.
        ...isCount ? { decimals: 0 } : {},
        min: 0,
        color: widget.steps === undefined ? { mode: "fixed", fixedColor: "blue" } : { mode: "thresholds" },
        thresholds: thresholds(widget.steps ?? [{ color: "green" }]),
        mappings: [],
        noValue: emptyText(widget.needs),
      },
      overrides: [],
    },
    options: {
      displayMode: "basic",
      valueMode: "text",
      namePlacement: "left",
      showUnfilled: true,
      sizing: "auto",
      minVizWidth: 8,
      minVizHeight: 16,
      maxVizHeight: 40,
      orientation: "horizontal",
      legend: { showLegend: false, displayMode: "hidden", placement: "bottom", calcs: [] },
      reduceOptions: reduced("lastNotNull"),
    },
  });
}

/** The alerts of our rules that are pending or firing, as Prometheus keeps them. */
export function alertsPanel(widget: MonitorStates): Json {
  const scope = `alertname=~"TorchServe.*", job=~"$job", instance=~"$instance"`;
  const expr =
    `sort_desc(max by (alertname, alertstate, severity, instance, model_name, model_version) (ALERTS{${scope}}))`;
  const state = { pending: { text: "pending", color: "yellow" }, firing: { text: "firing", color: "red" } };
  const empty = "no alert, or Prometheus has no rules for TorchServe";
  return panelOf({ ...widget, meaning: `${widget.meaning} Empty: ${empty}.` }, "table", {
    targets: [instantTarget("A", expr, "", "table")],
    transformations: [{
      id: "organize",
      options: {
        excludeByName: { Time: true, Value: true },
        indexByName: { alertname: 0, alertstate: 1, severity: 2, instance: 3, model_name: 4, model_version: 5 },
        renameByName: { alertname: "alert", alertstate: "state", model_name: "model", model_version: "version" },
      },
    }],
    fieldConfig: {
      defaults: {
        custom: { align: "auto", inspect: false, cellOptions: { type: "auto" } },
        mappings: [],
        noValue: empty,
      },
      overrides: [{
        matcher: { id: "byName", options: "state" },
        properties: [
          { id: "mappings", value: [{ type: "value", options: state }] },
          { id: "custom.cellOptions", value: { type: "color-background", mode: "basic" } },
        ],
      }],
    },
    options: { frameIndex: 0, showHeader: true, cellHeight: "sm", footer: { show: false, reducer: ["sum"] } },
  });
}
