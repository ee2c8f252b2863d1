import * as v from "valibot";
import { clip } from "../../text/mod.ts";
import type { Findings } from "./findings.ts";
import { hintFor } from "./hint.ts";
import type { JsonPath } from "./json_path.ts";
import { repair } from "./repair.ts";

/** What a message shows of a wrong value, in characters. */
const SHOWN = 81;

/** A value as messages quote it. */
export const quoted = (value: unknown): string => clip(JSON.stringify(value) ?? "nothing", SHOWN);

/** A file with values, and where they stand. */
export interface PlacedFile {
  readonly path: string;
  readonly value: unknown;
  lineOf(path: JsonPath): number;
}

/** How often what is wrong is mended before the rest of a file is given up: each time tells one unknown key of an object. */
const REPAIRS = 20;

/**
 * Holds a file against a closed schema: each key that it does not have, and each value that it does not take, is named.
 *
 * @returns the value, typed, with stand-ins for what was wrong; `undefined` when too much is wrong with it
 */
export function checkSchema<S extends v.GenericSchema>(
  file: PlacedFile,
  schema: S,
  findings: Findings,
): v.InferOutput<S> | undefined {
  if (Array.isArray(file.value) && schema.type.endsWith("object")) {
    findings.add(file.path, 1, `expected an object, got a list: ${quoted(file.value)}`);
    return undefined;
  }
  let value = file.value;
  for (let round = 0; round <= REPAIRS; round++) {
    const read = v.safeParse(schema, value);
    if (read.success) return read.output;
    if (round === 0) value = structuredClone(value);
    for (const issue of read.issues) {
      // Behind a repair, only what was hidden is told: the rest may come of what was put in.
      if (round > 0 && issue.expected !== "never") continue;
      const path = pathOf(issue);
      findings.add(file.path, file.lineOf(path), messageOf(issue, path, schema));
    }
    if (read.typed) return read.output;
    if (!repair(value, schema, read.issues, pathOf)) return undefined;
  }
  return undefined;
}

function pathOf(issue: v.BaseIssue<unknown>): JsonPath {
  return (issue.path ?? []).flatMap(({ key }) => typeof key === "string" || typeof key === "number" ? [key] : []);
}

function messageOf(issue: v.BaseIssue<unknown>, path: JsonPath, schema: v.GenericSchema): string {
  const key = path.at(-1);
  const where = path.length <= 1 ? "" : ` in ${shownPath(path.slice(0, -1))}`;
  if (issue.expected === "never") {
    return `unknown key ${quoted(key)}${where}${
      hintFor(String(key), [...keysOf(schema)].filter((one) => one !== key))
    }`;
  }
  if (issue.received === "undefined" && issue.type.endsWith("object")) return `${quoted(key)} is missing${where}`;
  if (issue.kind === "validation" && issue.message !== "" && !issue.message.startsWith("Invalid")) {
    return `${shownPath(path)}: ${issue.message}, got ${quoted(issue.input)}`;
  }
  const choices = [...(issue.expected ?? "").matchAll(/"([^"]*)"/g)].map(([, choice = ""]) => choice);
  const hint = typeof issue.input === "string" ? hintFor(issue.input, choices) : "";
  return `${shownPath(path)}: expected ${issue.expected}, got ${quoted(issue.input)}${hint}`;
}

function shownPath(path: JsonPath): string {
  return path.map((key) => typeof key === "number" ? `[${key}]` : `.${key}`).join("").replace(/^\./, "") || "the file";
}

/** All keys that a schema knows anywhere. */
function keysOf(schema: v.GenericSchema, known = new Set<string>(), seen = new Set<unknown>()): Set<string> {
  if (seen.has(schema)) return known;
  seen.add(schema);
  const parts = schema as {
    entries?: Record<string, v.GenericSchema>;
    item?: v.GenericSchema;
    wrapped?: v.GenericSchema;
    options?: unknown[];
    pipe?: unknown[];
  };
  for (const [key, entry] of Object.entries(parts.entries ?? {})) {
    known.add(key);
    keysOf(entry, known, seen);
  }
  for (const inner of [parts.item, parts.wrapped, ...parts.options ?? [], ...parts.pipe ?? []]) {
    if (typeof inner === "object" && inner !== null && "kind" in inner && inner.kind === "schema") {
      keysOf(inner as v.GenericSchema, known, seen);
    }
  }
  return known;
}
