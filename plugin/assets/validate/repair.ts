import type * as v from "valibot";
import { nearest } from "../../config/mod.ts";
import type { JsonPath } from "./json_file.ts";

/** What stands in for a value that is missing or wrong, by its key: so that the rest of the file is looked at, too. */
const STAND_INS: Readonly<Record<string, unknown>> = {
  defaults: ["*"],
  available_values: [],
  description: "-",
  title: "-",
  title_size: "16",
  title_align: "left",
  aggregator: "avg",
  autoscale: true,
  precision: 2,
  show_legend: true,
  has_search_bar: "auto",
  reflow_type: "fixed",
  layout_type: "ordered",
  label: "-",
  include_tags: true,
  notify_audit: false,
  renotify_interval: 0,
  created_at: "2026-01-01",
  last_updated_at: "2026-01-01",
  priority: 3,
  value: "y = 0",
};
/** What stands in for a widget that cannot be read. */
const NOTE = { type: "note", content: "-", background_color: "white", font_size: "14", text_align: "left" };

type Container = Record<string, unknown> | unknown[];

/**
 * Puts something in the place of what a schema refused, or takes it away: only to find what is wrong elsewhere.
 *
 * @returns whether every issue was mended
 */
export function repair(
  value: unknown,
  issues: readonly v.BaseIssue<unknown>[],
  pathOf: (issue: v.BaseIssue<unknown>) => JsonPath,
): boolean {
  return issues.every((issue) => {
    const path = pathOf(issue);
    const key = path.at(-1);
    const parent = at(value, path.slice(0, -1));
    if (key === undefined || parent === undefined) return false;
    if (issue.expected === "never" && !Array.isArray(parent)) return delete parent[key];
    const choices = [...(issue.expected ?? "").matchAll(/"([^"]*)"/g)].map(([, choice = ""]) => choice);
    const close = typeof issue.input === "string" ? nearest(issue.input, choices) : undefined;
    const standIn = close ?? (key === "type" ? monitorType(parent) : undefined) ?? STAND_INS[key] ??
      (issue.type === "picklist" || issue.type === "literal" ? choices[0] : undefined);
    if (standIn !== undefined) return put(parent, key, standIn);
    // A place that is wrong is no reason to leave out the widget.
    if (typeof issue.input === "number") return put(parent, key, Math.max(1, Math.abs(Math.trunc(issue.input))));
    return replaceWidget(value, path);
  });
}

/** What kind of monitor a query is of; `undefined`: no monitor. */
function monitorType(definition: Container): string | undefined {
  const { query } = definition as { query?: unknown };
  if (typeof query !== "string") return undefined;
  return query.startsWith('"') ? "service check" : query.startsWith("events(") ? "event-v2 alert" : "query alert";
}

function replaceWidget(value: unknown, path: JsonPath): boolean {
  const last = path.lastIndexOf("definition");
  const inner = path.slice(0, last);
  if (last === -1 || inner.filter((key) => key === "widgets").length < 2) return false;
  const widget = at(value, inner);
  return widget !== undefined && put(widget, "definition", NOTE);
}

function at(value: unknown, path: JsonPath): Container | undefined {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== "object" || inner === null) return undefined;
    inner = (inner as Record<string, unknown>)[key];
  }
  return typeof inner === "object" && inner !== null ? inner as Container : undefined;
}

function put(parent: Container, key: string | number, value: unknown): boolean {
  (parent as Record<string, unknown>)[key] = value;
  return true;
}
