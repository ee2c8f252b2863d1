import { metricNamesIn } from "./metric_names.ts";
import { quoted } from "./by_schema.ts";
import type { WidgetJson } from "./dashboard_schema.ts";
import type { DashboardKnowledge } from "./knowledge.ts";
import type { Place } from "./place.ts";

/** Lines in a chart: each is where a monitor of the same metrics warns or alerts; a share may be drawn in percent. */
export function checkMarkers(
  place: Place,
  { markers, requests }: Extract<WidgetJson["definition"], { type: "timeseries" }>,
  { monitors }: DashboardKnowledge,
): void {
  const drawn = new Set(metricNamesIn(JSON.stringify(requests)));
  const concerned = monitors.filter(({ metrics }) => metrics.some((name) => drawn.has(name)));
  markers?.forEach(({ value, display_type: kind }, i) => {
    const level = Number(value.slice("y = ".length));
    const key = kind.startsWith("error") ? "critical" : "warning";
    const limits = concerned.flatMap((monitor) => monitor[key] === undefined ? [] : [monitor[key]]);
    if (limits.length === 0 || limits.some((limit) => close(level, limit) || close(level, 100 * limit))) return;
    place.add(
      ["markers", i, "value"],
      `${quoted(value)} is no ${key} threshold of the monitors of these metrics: ${[...new Set(limits)].join(", ")}`,
    );
  });
}

const close = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9 * Math.max(1, Math.abs(b));
