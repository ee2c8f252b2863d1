/**
 * What a dashboard is, whoever draws it: groups of widgets, each with its queries, what it tells and why it may be empty.
 * Queries are in Datadog's language of metric queries, read by `../query/`; renderers translate them.
 */

/** Names of the template variables: each filters by the tag of its name. */
export type VariableName = "host" | "service" | "model_name" | "model_version";

/** A dashboard, written once for all backends. */
export interface Dashboard {
  /** Its file's name, and a part of its mark and of its uid. */
  readonly key: "overview" | "models";
  readonly title: string;
  /** For whom it is and what it answers, in plain sentences. */
  readonly description: string;
  readonly variables: readonly VariableName[];
  readonly groups: readonly Group[];
}

/** Widgets that answer one question. */
export interface Group {
  readonly title: string;
  readonly color: GroupColor;
  readonly widgets: readonly Placed[];
}

export type GroupColor = "vivid_blue" | "vivid_purple" | "vivid_orange" | "vivid_green" | "vivid_pink" | "gray";

/** A widget and where it stands in its group, on a grid of twelve columns; its rows start at 0 in each group. */
export interface Placed {
  readonly at: readonly [x: number, y: number, width: number, height: number];
  readonly widget: Widget;
}

/** What may have to be so before a widget shows anything; the preview and Grafana say it in the empty widget. */
export type Need = "extended_metrics" | "inference_probe" | "gpu" | "logs" | "requests";

interface Common {
  /** No units in it: these come from the catalogue or stand in `unit`. */
  readonly title: string;
  /** What it tells, in sentences for the person who looks at it. */
  readonly meaning: string;
  readonly needs?: readonly Need[];
}

/** Metric queries by the names that formulas use. */
export type Queries = Readonly<Record<string, string>>;

/** How the points of a range become one value. */
export type Aggregator = "avg" | "last" | "max" | "min" | "sum";

/** A unit of `metadata.csv`, given where a formula makes another one than its queries have. */
export type Unit = "percent" | "millisecond" | "worker";

/** A color from a value on; the lowest has no `from`. */
export interface Step {
  readonly from?: number;
  readonly color: "green" | "yellow" | "red" | "gray";
}

export interface Value extends Common {
  readonly kind: "value";
  readonly queries: Queries;
  /** Arithmetic over the names of the queries. */
  readonly formula: string;
  readonly aggregator: Aggregator;
  readonly unit?: Unit;
  readonly steps?: readonly Step[];
  /** The range's course behind the number. */
  readonly sparkline?: boolean;
}

export interface Series {
  readonly label?: string;
  readonly formula: string;
  /** Which colors it is drawn in. */
  readonly palette?: "semantic" | "warm" | "cool" | "classic" | "gray" | "green" | "yellow" | "red";
}

export interface TimeSeries extends Common {
  readonly kind: "time_series";
  readonly queries: Queries;
  readonly series: readonly Series[];
  readonly display: "line" | "step" | "area" | "stacked_area" | "bars";
  readonly unit?: Unit;
  /** Horizontal lines: a value, what it means, how bad it is. */
  readonly markers?: readonly { readonly at: number; readonly label: string; readonly color: "yellow" | "red" }[];
  /** Marks of TorchServe's events stand on the chart. */
  readonly events?: boolean;
  /** The axis ends at 0 and 100. */
  readonly isShare?: boolean;
}

export interface TopList extends Common {
  readonly kind: "top_list";
  readonly queries: Queries;
  readonly formula: string;
  readonly aggregator: Aggregator;
  readonly limit: number;
  readonly unit?: Unit;
  readonly steps?: readonly Step[];
}

export interface Column {
  readonly label: string;
  readonly query: string;
  readonly aggregator: Aggregator;
  readonly cell: "number" | "bar";
  /** What its numbers stand for, shown in their place where a backend can. */
  readonly names?: Readonly<Record<number, string>>;
  readonly unit?: Unit;
  readonly steps?: readonly Step[];
}

/** A row for each combination of the tags that every column groups by. */
export interface Table extends Common {
  readonly kind: "table";
  readonly columns: readonly Column[];
  readonly limit: number;
}

/** Tiles of a service check: one, or one for each combination of tags. */
export interface CheckTiles extends Common {
  readonly kind: "check";
  readonly check: string;
  readonly by: readonly string[];
  readonly variables: readonly VariableName[];
}

/** The state of the monitors that we ship. */
export interface MonitorStates extends Common {
  readonly kind: "monitors";
}

/** The events that the check sends, newest first. */
export interface EventStream extends Common {
  readonly kind: "events";
}

/** Log lines, or how many, by the attributes that the log pipeline finds. */
export interface Logs extends Common {
  readonly kind: "logs";
  /** A log search without its source: `status:error`, or all. */
  readonly search: string;
  readonly shown:
    | { readonly as: "stream"; readonly columns: readonly string[] }
    | { readonly as: "bars"; readonly by: string }
    | { readonly as: "top_list"; readonly by: string; readonly limit: number };
}

/** A text in Markdown. */
export interface Note {
  readonly kind: "note";
  readonly text: string;
}

export type Widget =
  | Value
  | TimeSeries
  | TopList
  | Table
  | CheckTiles
  | MonitorStates
  | EventStream
  | Logs
  | Note;
