import type * as v from "valibot";
import { nearest } from "../../config/mod.ts";
import type { JsonPath } from "./json_path.ts";
import { standInFor } from "./stand_in.ts";

/** The row of what says nothing of its place: it is not looked for others there. */
export const UNPLACED = 1_000_000;

/** What stands in for a widget that cannot be read. */
const NOTE = { type: "note", content: "-", background_color: "white", font_size: "14", text_align: "left" };
/** Without these, what a widget shows is not known. */
const SHOWN = new Set(["requests", "queries", "query", "name", "formulas", "formula", "check", "data_source"]);
/** Without these, what others look at is not known. */
const NEEDED = new Set(["template_variables", "thresholds"]);

type Container = Record<string, unknown> | unknown[];

/**
 * Puts something in the place of what a schema refused, or takes it away: only to find what is wrong elsewhere.
 *
 * @returns whether every issue was mended
 */
export function repair(
  value: unknown,
  schema: v.GenericSchema,
  issues: readonly v.BaseIssue<unknown>[],
  pathOf: (issue: v.BaseIssue<unknown>) => JsonPath,
): boolean {
  return issues.every((issue) => {
    // The type of a value that only breaks a rule is right: rules can go on with it.
    if (issue.kind === "validation") return true;
    const path = pathOf(issue);
    const key = path.at(-1);
    const parent = at(value, path.slice(0, -1));
    if (key === undefined || parent === undefined) return false;
    if (issue.expected === "never" && !Array.isArray(parent)) return delete parent[key];
    if (key === "gridPos") return put(parent, key, { x: 0, y: UNPLACED, w: 1, h: 1 });
    if (key === "layout") return put(parent, key, { x: 0, y: UNPLACED, width: 1, height: 1 });
    const choices = [...(issue.expected ?? "").matchAll(/"([^"]*)"/g)].map(([, choice = ""]) => choice);
    const close = typeof issue.input === "string" ? nearest(issue.input, choices) : undefined;
    if (close !== undefined) return put(parent, key, close);
    if (key === "type") {
      const type = monitorType(parent);
      if (type !== undefined) return put(parent, key, type);
    }
    const number = issue.expected === "number" ? Number(issue.input) : NaN;
    if (issue.input !== null && Number.isFinite(number)) return put(parent, key, number);
    if (issue.expected === "boolean" && typeof issue.input === "string") {
      return put(parent, key, /^(?:true|yes|on)$/i.test(issue.input));
    }
    if (SHOWN.has(String(key)) && replaceWidget(value, path)) return true;
    const standIn = NEEDED.has(String(key)) ? undefined : standInFor(schema, value, path);
    return standIn !== undefined ? put(parent, key, standIn) : replaceWidget(value, path);
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
