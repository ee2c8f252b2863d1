import type { TopList } from "../description/dashboard.ts";
import { labelOf, promqlOfFormula } from "../promql/mod.ts";
import { parseFormula } from "../query/mod.ts";
import type { GrafanaContext } from "./context.ts";
import { emptyText, instantTarget, type Json, legendOf, panelOf, RANGE, reduced, thresholds } from "./panel.ts";
import { readQueries, unitOf } from "./units.ts";

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
