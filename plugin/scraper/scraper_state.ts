import * as v from "valibot";
import type { State } from "../report/mod.ts";
import type { NativeTypes } from "./mapping.ts";

/** Exposed names by the type of their first occurrence: short, since most share a few types. */
export type NativeTypesState = ScraperState["native_types"];

const names = v.optional(v.array(v.string()));
const pairs = v.array(v.tuple([v.string(), v.string()]));

const stateSchema = v.object({
  version: v.literal(1),
  /** Absent: there was no good scrape yet. `false`: the last one failed. */
  flush: v.optional(v.boolean()),
  native_types: v.object({ counter: names, gauge: names, histogram: names, summary: names }),
  shared: v.optional(
    v.object({
      everywhere: pairs,
      joins: v.array(v.object({ match: pairs, labels: pairs })),
      target: v.optional(pairs),
    }),
  ),
});

/** What a scraper remembers between runs. */
export type ScraperState = v.InferOutput<typeof stateSchema>;

/** States that this process wrote and still holds need no second look. */
const written = new WeakMap<State, ScraperState>();

/** What an earlier run left; `undefined` for the first run or for something else altogether. */
export function readScraperState(state: State | undefined): ScraperState | undefined {
  if (state === undefined) return undefined;
  const known = written.get(state);
  if (known !== undefined) return known;
  const read = v.safeParse(stateSchema, state);
  return read.success ? read.output : undefined;
}

export function writeScraperState(state: ScraperState): ScraperState {
  written.set(state, state);
  return state;
}

/** After a scrape that failed, counters that had been flowing start anew; before the first good one nothing changes. */
export function failedScraperState(state: ScraperState | undefined): ScraperState | undefined {
  return state?.flush ? writeScraperState({ ...state, flush: false }) : state;
}

export function readNativeTypes(state: NativeTypesState | undefined): NativeTypes {
  const types: NativeTypes = new Map();
  for (const type of ["counter", "gauge", "histogram", "summary"] as const) {
    for (const name of state?.[type] ?? []) types.set(name, type);
  }
  return types;
}

/** Names beyond this many are not kept: the state must stay small. */
const MAX_NAMES = 5_000;

export function writeNativeTypes(types: NativeTypes): NativeTypesState {
  const state: NativeTypesState = {};
  let count = 0;
  for (const [name, type] of types) {
    if (type !== "counter" && type !== "gauge" && type !== "histogram" && type !== "summary") continue;
    if (++count > MAX_NAMES) break;
    (state[type] ??= []).push(name);
  }
  return state;
}
