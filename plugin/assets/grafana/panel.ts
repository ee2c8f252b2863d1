import type { Need, Step } from "../description/dashboard.ts";
import { meaningAndWhyEmpty, whyEmpty } from "../description/why_empty.ts";

/** A part of Grafana's JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** Which Prometheus is asked is chosen above the dashboard. */
export const DATASOURCE = { type: "prometheus", uid: "${datasource}" };

/** The form of panels that this is written for: older ones are migrated by Grafana itself. */
const PLUGIN_VERSION = "10.4.0";

/** The time that is chosen above the dashboard. */
export const RANGE = "$__range";
/** A time for each point of a chart that has several scrapes. */
export const RATE_INTERVAL = "$__rate_interval";

/** How all tables look. */
export const TABLE_OPTIONS = {
  frameIndex: 0,
  showHeader: true,
  cellHeight: "sm",
  footer: { show: false, reducer: ["sum"] },
};
/** How all cells look, where nothing else is said. */
export const TABLE_CELLS = { align: "auto", inspect: false, cellOptions: { type: "auto" } };

/** What all panels have, but for their place. */
export function panelOf(
  widget: { readonly title: string; readonly meaning: string; readonly needs?: readonly Need[] },
  type: string,
  parts: Json,
): Json {
  return {
    type,
    title: widget.title,
    description: meaningAndWhyEmpty(widget),
    datasource: DATASOURCE,
    pluginVersion: PLUGIN_VERSION,
    ...parts,
  };
}

/** What stands in an empty panel. */
export const emptyText = (needs: readonly Need[] = []): string => whyEmpty(needs) ?? "no data";

/** A query for the newest values. */
export function instantTarget(refId: string, expr: string, legendFormat: string, format: string): Json {
  return { refId, expr, instant: true, range: false, format, legendFormat, editorMode: "code", datasource: DATASOURCE };
}

/** A query for the course of values. */
export function rangeTarget(refId: string, expr: string, legendFormat: string): Json {
  return {
    refId,
    expr,
    instant: false,
    range: true,
    format: "time_series",
    legendFormat,
    editorMode: "code",
    datasource: DATASOURCE,
  };
}

/** The name of the n-th query of a panel. */
export const refId = (n: number): string => String.fromCharCode(65 + n);

/** Colors by value. */
export function thresholds(steps: readonly Step[]): Json {
  return {
    mode: "absolute",
    steps: steps.map(({ from, color }) => ({ value: from ?? null, color: color === "gray" ? "text" : color })),
  };
}

/** How series are named: by these labels, behind a word. */
export function legendOf(labels: readonly string[], word?: string): string {
  return [...word === undefined ? [] : [word], ...labels.map((label) => `{{${label}}}`)].join(" ");
}

/** One value for each series. */
export const reduced = (calc: string): Json => ({ calcs: [calc], fields: "", values: false });
