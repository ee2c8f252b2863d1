import type { Series, TimeSeries } from "../description/dashboard.ts";
import { namesOf, parseFormula } from "../query/mod.ts";
import { labelOf, promqlOfFormula } from "../promql/mod.ts";
import type { GrafanaContext } from "./context.ts";
import { emptyText, type Json, legendOf, panelOf, rangeTarget, RATE_INTERVAL, refId } from "./panel.ts";
import { readQueries, unitOf } from "./units.ts";

/** How the ways to draw are set. */
const DISPLAYS = {
  line: {},
  step: { lineInterpolation: "stepAfter" },
  area: { fillOpacity: 20 },
  stacked_area: { fillOpacity: 40, stacking: { mode: "normal", group: "A" } },
  bars: { drawStyle: "bars", fillOpacity: 80, lineWidth: 0, stacking: { mode: "normal", group: "A" } },
} as const satisfies Record<TimeSeries["display"], Json>;

const PALETTES = {
  semantic: undefined,
  classic: undefined,
  warm: "orange",
  cool: "blue",
  gray: "text",
  green: "green",
  yellow: "yellow",
  red: "red",
} as const satisfies Record<NonNullable<Series["palette"]>, string | undefined>;

/** Values over time. Counts are given a second, whatever the width of a point. */
export function timeSeriesPanel(widget: TimeSeries, { metrics }: GrafanaContext): Json {
  const queries = readQueries(widget.queries);
  const series = widget.series.map((one) => ({ ...one, read: parseFormula(one.formula) }));
  const [first] = series;
  const unit = first === undefined
    ? "short"
    : unitOf(first.read, queries, metrics, { unit: widget.unit, countsPerSecond: true });
  const labelsOf = ({ read }: (typeof series)[number]) => {
    const query = queries.get(namesOf(read)[0]?.name ?? "");
    return query?.by.map(({ name }) => labelOf(name, metrics.get(query.metric))) ?? [];
  };
  const markers = widget.markers ?? [];
  const lines = markers.map(({ at, label }) => `The line at ${at}: ${label}.`);
  return panelOf({ ...widget, meaning: [widget.meaning, ...lines].join(" ") }, "timeseries", {
    targets: series.map((one, i) =>
      rangeTarget(
        refId(i),
        promqlOfFormula(one.read, queries, { metrics, window: RATE_INTERVAL, countsPerSecond: true }),
        legendOf(labelsOf(one), one.label) || widget.title,
      )
    ),
    fieldConfig: {
      defaults: {
        unit,
        ...widget.isShare === true ? { min: 0, max: 100 } : { min: 0 },
        color: { mode: "palette-classic" },
        custom: {
          drawStyle: "line",
          lineWidth: 1,
          fillOpacity: 0,
          showPoints: "auto",
          spanNulls: false,
          thresholdsStyle: { mode: markers.length === 0 ? "off" : "dashed" },
          ...DISPLAYS[widget.display],
        },
        thresholds: {
          mode: "absolute",
          steps: [{ value: null, color: "transparent" }, ...markers.map(({ at, color }) => ({ value: at, color }))],
        },
        mappings: [],
        noValue: emptyText(widget.needs),
      },
      overrides: series.flatMap((one, i) => {
        const color = one.palette === undefined ? undefined : PALETTES[one.palette];
        if (color === undefined) return [];
        const mode = labelsOf(one).length === 0 ? "fixed" : "shades";
        return [{
          matcher: { id: "byFrameRefID", options: refId(i) },
          properties: [{ id: "color", value: { mode, fixedColor: color } }],
        }];
      }),
    },
    options: {
      legend: { showLegend: true, displayMode: "list", placement: "bottom", calcs: [] },
      tooltip: { mode: "multi", sort: "desc" },
    },
  });
}
