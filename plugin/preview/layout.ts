import type { Dashboard, Monitor, Widget } from "../assets/mod.ts";
import type { ViewName } from "./frame.ts";

/** What the page knows from its start: where widgets stand, and what they are called. */
export interface Layout {
  readonly version: string;
  readonly views: readonly ViewLayout[];
  /** What monitors would tell whom they wake, by their keys. */
  readonly messages: Readonly<Record<string, MonitorMessage>>;
  /** Ranges that may be chosen, in seconds; 0: all that was seen. */
  readonly ranges: readonly number[];
}

export interface MonitorMessage {
  readonly what: string;
  readonly why: readonly string[];
  readonly todo: readonly string[];
}

export interface ViewLayout {
  readonly name: ViewName;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly string[];
  readonly groups: readonly {
    readonly title: string;
    readonly color: string;
    readonly widgets: readonly WidgetLayout[];
  }[];
}

export interface WidgetLayout {
  readonly at: readonly [x: number, y: number, width: number, height: number];
  readonly kind: Widget["kind"];
  readonly title: string;
  readonly meaning: string;
  /** How a chart is drawn. */
  readonly display?: "line" | "step" | "area" | "stacked_area" | "bars";
  readonly isShare?: boolean;
  readonly markers?: readonly { readonly at: number; readonly label: string; readonly color: string }[];
  /** Marks of events stand on it. */
  readonly events?: boolean;
}

/** The messages of monitors, by their keys. */
export function monitorMessages(monitors: readonly Monitor[]): Readonly<Record<string, MonitorMessage>> {
  return Object.fromEntries(monitors.map(({ key, message: { what, why, todo } }) => [key, { what, why, todo }]));
}

/** The layout of the views: the dashboards, and the list of monitors. */
export function viewLayouts(dashboards: readonly Dashboard[]): ViewLayout[] {
  return [
    ...dashboards.map(({ key, title, description, variables, groups }) => ({
      name: key,
      title: title.replace(/^TorchServe - /, ""),
      description,
      variables,
      groups: groups.map(({ title, color, widgets }) => ({
        title,
        color,
        widgets: widgets.map(({ at, widget }) => ({ at, ...widgetLayout(widget) })),
      })),
    })),
    {
      name: "monitors",
      title: "Monitors",
      description: "What each of the monitors that are shipped says now, and what it would tell whom it wakes.",
      variables: [],
      groups: [],
    },
  ];
}

function widgetLayout(widget: Widget): Omit<WidgetLayout, "at"> {
  if (widget.kind === "note") return { kind: "note", title: "", meaning: "" };
  const { kind, title, meaning } = widget;
  if (kind === "logs") {
    if (widget.shown.as === "bars") return { kind: "time_series", title, meaning, display: "bars" };
    return { kind: widget.shown.as === "top_list" ? "top_list" : "logs", title, meaning };
  }
  if (kind !== "time_series") return { kind, title, meaning };
  const { display, isShare, markers, events } = widget;
  return {
    kind,
    title,
    meaning,
    display,
    ...isShare === undefined ? {} : { isShare },
    ...markers === undefined ? {} : { markers },
    ...events === undefined ? {} : { events },
  };
}
