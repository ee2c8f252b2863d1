import { readdirSync, readFileSync } from "node:fs";
import * as v from "valibot";
import { type MonitorState, Points, WatchedMonitor } from "../../plugin/assets/evaluate/mod.ts";
import { loadMonitors } from "../../plugin/assets/mod.ts";
import type { Metric, Report } from "../../plugin/report/mod.ts";

/** Where recordings lie. */
export const RECORDINGS = new URL("../golden/monitors/", import.meta.url);
/** Seconds between two steps, as a host agent runs checks; recordings were made faster (test/real/record_monitors.ts). */
const INTERVAL = 15;
/** When a replay begins, in seconds: any time will do. */
const START = 1_000_000;
/** How far back points are kept: the longest window and what it is compared with. */
const KEPT_SECONDS = 2 * 86_400;

const values = v.array(v.nullable(v.number()));

/** What was collected of a server in a situation, step by step; `null`: nothing was. */
export const recordingSchema = v.strictObject({
  situation: v.string(),
  steps: v.number(),
  metrics: v.array(v.strictObject({ name: v.string(), type: v.string(), tags: v.array(v.string()), values })),
  checks: v.array(v.strictObject({ name: v.string(), tags: v.array(v.string()), values })),
  events: v.array(v.strictObject({ step: v.number(), title: v.string(), text: v.string(), source: v.string() })),
});
export type Recording = v.InferOutput<typeof recordingSchema>;

/** The recordings that are kept, by their situation. */
export function readRecordings(): Map<string, Recording> {
  const names = readdirSync(RECORDINGS).filter((name) => name.endsWith(".json")).sort();
  return new Map(names.map((name) => {
    const recording = v.parse(recordingSchema, JSON.parse(readFileSync(new URL(name, RECORDINGS), "utf8")));
    return [recording.situation, recording];
  }));
}

/** The worst state that each monitor came to while a recording was replayed. */
export async function replay(recording: Recording): Promise<Map<string, MonitorState>> {
  const watched = (await loadMonitors()).map((monitor) => new WatchedMonitor(monitor, INTERVAL));
  const points = new Points("host-a", KEPT_SECONDS);
  const worst = new Map<string, MonitorState>();
  for (let step = 0; step < recording.steps; step++) {
    const now = START + step * INTERVAL;
    points.add(reportOf(recording, step), now);
    for (const one of watched) {
      for (const state of one.evaluate(points, now).values()) {
        const before = worst.get(one.monitor.key) ?? "ok";
        if (ORDER.indexOf(state) >= ORDER.indexOf(before)) worst.set(one.monitor.key, state);
      }
    }
  }
  return worst;
}

const ORDER: readonly MonitorState[] = ["ok", "no data", "warning", "alert"];

function reportOf(
  { metrics, checks, events }: Recording,
  step: number,
): Pick<Report, "metrics" | "service_checks" | "events"> {
  return {
    metrics: metrics.flatMap(({ name, type, tags, values }) => {
      const value = values[step];
      return value === null || value === undefined ? [] : [{ name, type: type as Metric["type"], tags, value }];
    }),
    service_checks: checks.flatMap(({ name, tags, values }) => {
      const status = values[step];
      return status === null || status === undefined ? [] : [{ name, tags, status: status as 0 | 1 | 2 | 3 }];
    }),
    events: events.filter((event) => event.step === step).map(({ title, text, source }) => ({
      timestamp: START + step * INTERVAL,
      event_type: "",
      msg_title: title,
      msg_text: text,
      alert_type: "info",
      source_type_name: source,
      host: "host-a",
      tags: [],
      aggregation_key: "",
    })),
  };
}

/** The monitors that told somebody, in words: `model_health (alert)`. */
export function fired(states: ReadonlyMap<string, MonitorState>): string[] {
  return [...states].filter(([, state]) => state !== "ok").map(([key, state]) => `${key} (${state})`).sort();
}
