import type { CheckTiles, Value } from "../description/dashboard.ts";
import { exposedName } from "../../formats/mod.ts";
import { parseFormula } from "../query/mod.ts";
import { labelOf, promqlOfFormula, selector } from "../promql/mod.ts";
import type { GrafanaContext } from "./context.ts";
import {
  emptyText,
  instantTarget,
  type Json,
  legendOf,
  panelOf,
  RANGE,
  rangeTarget,
  RATE_INTERVAL,
  reduced,
  thresholds,
} from "./panel.ts";
import { readQueries, unitOf } from "./units.ts";

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
