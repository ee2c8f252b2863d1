import type { Series, Table, TimeSeries, Value, VariableName, Widget } from "../description/dashboard.ts";
import { meaningAndWhyEmpty } from "../description/why_empty.ts";
import { conditionalFormats, formulaOf, queriesOf } from "./formula.ts";
import { logDefinition } from "./log_requests.ts";

/** The events that the check sends. */
const EVENTS = "source:torchserve";
/** The monitors that we ship. */
const MONITORS = "tag:integration:torchserve";

/** What Datadog calls the ways to draw. A step is drawn as a line there, an area is always stacked. */
const DISPLAY_TYPES = {
  line: "line",
  step: "line",
  area: "area",
  stacked_area: "area",
  bars: "bars",
} as const satisfies Record<TimeSeries["display"], string>;

const PALETTES = {
  semantic: "semantic",
  warm: "warm",
  cool: "cool",
  classic: "dog_classic",
  gray: "gray",
  green: "green",
  yellow: "yellow",
  red: "red",
} as const satisfies Record<NonNullable<Series["palette"]>, string>;

const DASHES = { yellow: "warning dashed", red: "error dashed" } as const;

/** A widget as the API takes it (https://docs.datadoghq.com/api/latest/dashboards/), without its place. */
export function widgetDefinition(widget: Widget): Record<string, unknown> {
  if (widget.kind === "note") {
    return { type: "note", content: widget.text, background_color: "white", font_size: "14", text_align: "left" };
  }
  return { ...titled(widget.title, meaningAndWhyEmpty(widget)), ...definitionOf(widget) };
}

/** The meaning stands in the widget's description, which people read when they point at its title. */
function titled(title: string, description: string): Record<string, unknown> {
  return { title, title_size: "16", title_align: "left", description };
}

function definitionOf(widget: Exclude<Widget, { kind: "note" }>): Record<string, unknown> {
  switch (widget.kind) {
    case "check":
      return {
        type: "check_status",
        check: widget.check,
        grouping: "cluster",
        group_by: widget.by,
        tags: widget.variables.map((name: VariableName) => `$${name}`),
      };
    case "value":
      return valueDefinition(widget);
    case "time_series":
      return timeSeriesDefinition(widget);
    case "top_list": {
      const { queries, formula, aggregator, limit, unit, steps } = widget;
      return {
        type: "toplist",
        requests: [{
          response_format: "scalar",
          queries: queriesOf(queries, aggregator),
          formulas: [formulaOf({ formula }, unit)],
          sort: { count: limit, order_by: [{ type: "formula", index: 0, order: "desc" }] },
          ...steps === undefined ? {} : { conditional_formats: conditionalFormats(steps) },
        }],
      };
    }
    case "table":
      return tableDefinition(widget);
    case "monitors":
      return {
        type: "manage_status",
        summary_type: "monitors",
        display_format: "countsAndList",
        color_preference: "text",
        hide_zero_counts: true,
        show_last_triggered: true,
        show_priority: true,
        query: MONITORS,
        sort: "status,asc",
        count: 50,
        start: 0,
      };
    case "events":
      return {
        type: "list_stream",
        requests: [{
          response_format: "event_list",
          query: { data_source: "event_stream", query_string: `${EVENTS} $host $service`, event_size: "s" },
          columns: [],
        }],
      };
    case "logs":
      return logDefinition(widget);
  }
}

function valueDefinition({ queries, formula, aggregator, unit, steps, sparkline }: Value): Record<string, unknown> {
  return {
    type: "query_value",
    autoscale: true,
    precision: 2,
    requests: [{
      response_format: "scalar",
      queries: queriesOf(queries, aggregator),
      formulas: [formulaOf({ formula }, unit)],
      ...steps === undefined ? {} : { conditional_formats: conditionalFormats(steps) },
    }],
    ...sparkline === true ? { timeseries_background: { type: "area" } } : {},
  };
}

function timeSeriesDefinition(widget: TimeSeries): Record<string, unknown> {
  const { queries, series, display, unit, markers = [], events, isShare } = widget;
  return {
    type: "timeseries",
    show_legend: true,
    legend_layout: "auto",
    legend_columns: ["avg", "max", "value"],
    requests: [{
      response_format: "timeseries",
      queries: queriesOf(queries),
      formulas: series.map((one) => ({
        ...formulaOf(one, unit),
        ...one.palette === undefined ? {} : { style: { palette: PALETTES[one.palette] } },
      })),
      display_type: DISPLAY_TYPES[display],
      style: { palette: "dog_classic", line_type: "solid", line_width: "normal" },
    }],
    ...isShare === true ? { yaxis: { include_zero: true, min: "0", max: "100" } } : {},
    ...markers.length === 0 ? {} : {
      markers: markers.map(({ at, label, color }) => ({ label, value: `y = ${at}`, display_type: DASHES[color] })),
    },
    ...events === true ? { events: [{ q: EVENTS, tags_execution: "and" }] } : {},
  };
}

function tableDefinition({ columns, limit }: Table): Record<string, unknown> {
  return {
    type: "query_table",
    has_search_bar: "auto",
    requests: [{
      response_format: "scalar",
      queries: columns.flatMap(({ query, aggregator }, i) => queriesOf({ [`column${i + 1}`]: query }, aggregator)),
      formulas: columns.map(({ label, cell, unit, steps }, i) => ({
        ...formulaOf({ formula: `column${i + 1}`, label }, unit),
        cell_display_mode: cell,
        ...steps === undefined ? {} : { conditional_formats: conditionalFormats(steps) },
      })),
      sort: { count: limit, order_by: [{ type: "group", name: groupName(columns[0]?.query ?? ""), order: "asc" }] },
    }],
  };
}

/** The first tag that a query groups by. */
function groupName(query: string): string {
  return /by \{([^,}]+)/.exec(query)?.[1] ?? "";
}
