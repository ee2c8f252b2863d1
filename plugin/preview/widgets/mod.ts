/**
 * What each kind of widget shows of what was collected.
 *
 * @module
 */
import type { Monitor, Widget } from "../../assets/mod.ts";
import type { MonitorNow, WidgetData } from "../frame.ts";
import { checkData } from "./check.ts";
import type { Context } from "./context.ts";
import { eventsData } from "./events.ts";
import { tableData, topListData } from "./lists.ts";
import { logsData } from "./logs.ts";
import { timeSeriesData } from "./time_series.ts";
import { valueData } from "./value.ts";
import { whyNoSource } from "./why.ts";

export { type Context, spanOf } from "./context.ts";

/** What a widget shows now, or why it shows nothing. */
export function widgetData(widget: Widget, context: Context): WidgetData {
  switch (widget.kind) {
    case "check":
      return checkData(widget, context);
    case "value":
      return valueData(widget, context);
    case "time_series":
      return timeSeriesData(widget, context);
    case "top_list":
      return topListData(widget, context);
    case "table":
      return tableData(widget, context);
    case "monitors":
      return { kind: "monitors", monitors: monitorsNow(context) };
    case "events":
      return eventsData(context);
    case "logs":
      return logsData(widget, context);
    case "note":
      return { kind: "note", text: widget.text };
  }
}

/** All monitors and their states. */
export function monitorsNow({ history }: Context): MonitorNow[] {
  return history.monitors.now((monitor) => whyNotJudged(monitor, history));
}

function whyNotJudged({ kind, query, needs }: Monitor, history: Context["history"]): string {
  const [name = ""] = /torchserve\.(?:openmetrics|inference_api|management_api)\.[\w.]+/.exec(query) ?? [];
  const cause = kind === "event" ? undefined : whyNoSource(name, needs === "extended_metrics", history);
  if (cause !== undefined) return cause;
  if (needs === "gpu") return "no GPU is in use";
  return kind === "metric"
    ? "a group is judged when it has been there for five minutes, and this one needs points in its whole window"
    : "no status has come yet";
}
