/** What the page is sent after each run: everything that is drawn, evaluated already. */

/** What is looked at. */
export type ViewName = "overview" | "models" | "monitors";

/** One view of what was collected, as it is now. Times are seconds since the epoch. */
export interface Frame {
  readonly view: ViewName;
  /** When the last run was; the range ends here. */
  readonly now: number;
  /** When the first run was. */
  readonly since: number;
  /** Seconds between two runs. */
  readonly interval: number;
  /** Ends of the parts of the range: where the points of all charts stand. */
  readonly times: readonly number[];
  /** Seconds of a part. */
  readonly width: number;
  readonly targets: readonly Target[];
  /** The values that each template variable may have. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
  /** In the order of the layout; none for the monitors. */
  readonly widgets: readonly WidgetData[];
  /** Events in the range. */
  readonly marks: readonly Mark[];
  /** All monitors, where these are looked at. */
  readonly monitors: readonly MonitorNow[];
}

/** What an instance's last run said. */
export interface Target {
  readonly name: string;
  readonly kind: string;
  readonly status: "ok" | "partial" | "error" | "waiting";
  /** Since when it is so. */
  readonly since: number;
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  /** How long the last run took. */
  readonly milliseconds: number;
}

/** A mark on charts. */
export interface Mark {
  readonly time: number;
  readonly title: string;
}

export type Color = "green" | "yellow" | "red" | "gray";
/** Numbers by the parts of the range; `null` where there is none. */
export type Course = readonly (number | null)[];

/** Why there is nothing to see, in place of data. */
export interface Empty {
  readonly kind: "empty";
  readonly why: string;
}

export interface ValueData {
  readonly kind: "value";
  readonly value: number;
  readonly unit: string;
  readonly color?: Color;
  readonly course?: Course;
  /** Its newest point, where that is old: nothing came since. */
  readonly asOf?: number;
}

export interface DrawnSeries {
  readonly label: string;
  readonly palette?: string;
  readonly values: Course;
}

export interface TimeSeriesData {
  readonly kind: "time_series";
  readonly unit: string;
  readonly series: readonly DrawnSeries[];
  /** Series that are not drawn for themselves: the smallest of many. */
  readonly others: number;
  /** When no data could come, since the target did not answer: from, to. */
  readonly outages: readonly (readonly [number, number])[];
}

export interface TopListData {
  readonly kind: "top_list";
  readonly unit: string;
  readonly rows: readonly { readonly label: string; readonly value: number; readonly color?: Color }[];
  /** Rows that do not fit. */
  readonly others: number;
  readonly asOf?: number;
}

export interface Cell {
  readonly value: number;
  /** What the number stands for. */
  readonly name?: string;
  readonly color?: Color;
}

export interface TableData {
  readonly kind: "table";
  /** Names of the tags that tell rows apart. */
  readonly tags: readonly string[];
  readonly columns: readonly { readonly label: string; readonly unit: string; readonly isBar: boolean }[];
  readonly rows: readonly { readonly tags: readonly string[]; readonly cells: readonly (Cell | null)[] }[];
  readonly others: number;
  readonly asOf?: number;
}

/** 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. */
export interface Tile {
  readonly label: string;
  readonly status: number;
  readonly since: number;
  readonly message: string;
  /** The worst status of each part of the range; `null` where there was none. */
  readonly course: Course;
  /** Its newest status, where that is old. */
  readonly asOf?: number;
}

export interface CheckData {
  readonly kind: "check";
  /** The worst first. */
  readonly tiles: readonly Tile[];
}

export interface EventRow {
  readonly time: number;
  readonly title: string;
  readonly text: string;
}

export interface EventsData {
  readonly kind: "events";
  /** The newest first. */
  readonly rows: readonly EventRow[];
}

export interface LogRow {
  readonly time: number;
  readonly status: string;
  readonly host: string;
  readonly content: string;
  /** What the pipeline found in it, by path. */
  readonly attributes: readonly (readonly [string, string])[];
}

export interface LogsData {
  readonly kind: "logs";
  /** The newest first. */
  readonly rows: readonly LogRow[];
  readonly others: number;
}

export interface MonitorNow {
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly query: string;
  readonly priority: number;
  /** Of all its groups the worst; `waiting` where none is judged. */
  readonly state: MonitorWord;
  /** Groups that are not well, or all where there are few. */
  readonly groups: readonly { readonly label: string; readonly state: MonitorWord; readonly since: number }[];
  /** How many groups there are. */
  readonly count: number;
  /** Why none is judged. */
  readonly why: string;
}

export type MonitorWord = "alert" | "warning" | "no data" | "ok" | "waiting";

export interface MonitorsData {
  readonly kind: "monitors";
  readonly monitors: readonly MonitorNow[];
}

export interface NoteData {
  readonly kind: "note";
  readonly text: string;
}

/** What a widget shows now. */
export type WidgetData =
  | Empty
  | ValueData
  | TimeSeriesData
  | TopListData
  | TableData
  | CheckData
  | EventsData
  | LogsData
  | MonitorsData
  | NoteData;
