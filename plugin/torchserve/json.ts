import * as v from "valibot";
import { clip, oneLine } from "../text/mod.ts";
import { shapeOf } from "./json_shape.ts";

/** JSON text as a value of unknown shape; `undefined` where it is not JSON (or nested too deep to read). */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Most values of a JSON text that is read: each may take a hundred bytes of memory. */
export const MAX_JSON_VALUES = 500_000;

/**
 * Whether a JSON text may have more than {@linkcode MAX_JSON_VALUES}: its commas, brackets and braces are counted, those in
 * its texts as well, up to that number.
 */
export function hasManyJsonValues(text: Uint8Array): boolean {
  const { length } = text;
  let left = MAX_JSON_VALUES - 1;
  // By index: an iterator takes twenty times as long in code that is not compiled, 40 ms for a MiB.
  for (let i = 0; i < length; i++) {
    const byte = text[i];
    // `,` `[` `{`
    if ((byte === 0x2c || byte === 0x5b || byte === 0x7b) && --left < 0) return true;
  }
  return false;
}

/** Most of a foreign text in a message, in characters. */
const MAX_SHOWN = 100;

/** `[0].workers[1].pid: expected number, received "x"`. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => typeof key === "number" ? `[${key}]` : `.${String(key)}`).join("");
  const place = oneLine(clip(path.replace(/^\./, ""), MAX_SHOWN));
  return `${place === "" ? "" : `${place}: `}expected ${issue.expected ?? "something else"}, received ${
    oneLine(clip(issue.received, MAX_SHOWN))
  }`;
}

/**
 * Reads a value whose optional parts may be wrong: they are left out and told, the rest is kept.
 *
 * @param schema without transformations and defaults
 * @param copy `true`: fields that the schema does not name are dropped; otherwise they may stay
 * @returns the value, or `undefined` where a required part is missing or wrong
 */
export function readLenient<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  onIssue: (message: string) => void,
  copy = false,
): v.InferOutput<Schema> | undefined {
  if (!copy && shapeOf(schema)(value)) return value as v.InferOutput<Schema>;
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
