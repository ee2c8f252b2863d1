import * as v from "valibot";
import { shapeOf } from "./json_shape.ts";

/** JSON text as a value of unknown shape; `undefined` where it is not JSON (or nested too deep to read). */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `[0].workers[1].pid: expected number, received "x"`. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => typeof key === "number" ? `[${key}]` : `.${String(key)}`).join("");
  const place = path.replace(/^\./, "");
  return `${place === "" ? "" : `${place}: `}expected ${
    issue.expected ?? "something else"
  }, received ${issue.received}`;
}

/**
 * Reads a value whose optional parts may be wrong: they are left out and told, the rest is kept.
 *
 * @param schema without transformations and defaults
 * @returns the value, or `undefined` where a required part is missing or wrong
 */
export function readLenient<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  onIssue: (message: string) => void,
): v.InferOutput<Schema> | undefined {
  if (shapeOf(schema)(value)) return value as v.InferOutput<Schema>;
  const first = v.safeParse(schema, value);
  if (first.success) return first.output;
  for (const issue of first.issues) {
    onIssue(describeIssue(issue));
    const last = issue.path?.at(-1);
    if (last === undefined) return undefined;
    const holder: unknown = last.input;
    if (Array.isArray(holder) || typeof holder !== "object" || holder === null) return undefined;
    Reflect.deleteProperty(holder, String(last.key));
  }
  const second = v.safeParse(schema, value);
  return second.success ? second.output : undefined;
}
