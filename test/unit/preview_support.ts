import { loadDashboards, loadMonitors } from "../../plugin/assets/mod.ts";
import { shippedEngine } from "../../plugin/assets/logs/mod.ts";
import { loadCatalogue } from "../../plugin/catalogue/mod.ts";
import type { InstanceReport } from "../../plugin/formats/mod.ts";
import { History, LogLines, type LogSource, type WatchedTarget } from "../../plugin/preview/collect/mod.ts";
import type { WidgetData } from "../../plugin/preview/frame.ts";
import { makeFrame } from "../../plugin/preview/make_frame.ts";
import type { Report } from "../../plugin/report/mod.ts";

/** When the first round is: a whole multiple of all widths. */
export const START = 1_800_000_000;

const [dashboards, monitors, catalogue, engine] = await Promise.all([
  loadDashboards(),
  loadMonitors(),
  loadCatalogue(),
  shippedEngine(),
]);

export const TARGETS: readonly WatchedTarget[] = [
  { path: "metrics", kind: "openmetrics", url: "http://ts:8082/metrics", isExtended: false, hasProbe: false },
  { path: "inference", kind: "inference", url: "http://ts:8080", isExtended: true, hasProbe: false },
  { path: "management", kind: "management", url: "http://ts:8081", isExtended: true, hasProbe: false },
];

/** A history of these targets, `interval` seconds between two rounds. */
export function historyOf(targets = TARGETS, interval = 5, logs: readonly LogSource[] = []): History {
  return new History({
    host: "h",
    interval,
    targets,
    dashboards,
    monitors,
    catalogue,
    logs: new LogLines(engine, logs),
    now: START,
  });
}

/** A report with these parts. */
export function report(parts: Partial<Report> = {}): Report {
  return {
    status: "ok",
    metrics: [],
    histogram_buckets: [],
    service_checks: [],
    events: [],
    metadata: {},
    warnings: [],
    stats: { duration_ms: 3, requests: 1, bytes: 1, samples: 1 },
    ...parts,
  };
}

/** The report of one of the targets. */
export const of = (instance: string, parts: Partial<Report> = {}): InstanceReport => ({
  instance,
  timeMs: 0,
  report: report(parts),
});

/** A metric by the part of its name behind `torchserve.`. */
export function metric(name: string, value: number, ...tags: string[]): Report["metrics"][number] {
  const isCount = catalogue.get(`torchserve.${name}`)?.type === "count";
  return { name: `torchserve.${name}`, type: isCount ? "monotonic_count" : "gauge", value, tags };
}

/** What a widget of a view shows, by its title; of several with the same title, the first. */
export function widget(
  history: History,
  title: string,
  { view = "overview", range = 60, ...variables }: {
    readonly view?: "overview" | "models";
    readonly range?: number;
    readonly model_name?: string;
    readonly host?: string;
  } = {},
): WidgetData {
  const frame = makeFrame(history, { name: view, range, variables: new Map(Object.entries(variables)) });
  const all = dashboards.find(({ key }) => key === view)?.groups.flatMap(({ widgets }) => widgets) ?? [];
  const at = all.findIndex(({ widget }) => widget.kind !== "note" && widget.title === title);
  const data = frame.widgets[at];
  if (data === undefined) throw new Error(`no widget ${title}`);
  return data;
}
