import * as v from "valibot";
import type { State } from "../report/mod.ts";
import type { Round } from "./format.ts";
import type { Notes } from "./notes.ts";
import { roundTime } from "./round_time.ts";

/** A series that did not come for so long is forgotten, in milliseconds; a report names those of its last day. */
const MAX_AGE_MS = 2 * 86_400_000;
/** Most series that are remembered; those that came longest ago make room. */
const MAX_SERIES = 200_000;

const stateSchema = v.object({
  version: v.literal(1),
  series: v.array(v.tuple([v.string(), v.number(), v.number()])),
});

/** A value, and when it was, in milliseconds since the epoch. */
export interface Remembered {
  readonly value: number;
  readonly timeMs: number;
}

/** One value of each series, from round to round; it lives in the state of a format. */
export class SeriesMemory {
  /** When this round was, in milliseconds since the epoch. */
  readonly timeMs: number;
  /** Those that came last at the end. */
  readonly #series: Map<string, Remembered>;

  /** @param round its state is what {@linkcode SeriesMemory.state} was; one that cannot be read is noted, and none */
  constructor({ state, reports }: Round, notes: Notes) {
    const read = v.safeParse(stateSchema, state);
    if (state !== undefined && !read.success) {
      notes.add("the state of the last round cannot be read: starting afresh", "another version left it");
    }
    const series = read.success ? read.output.series : [];
    this.#series = new Map(series.map(([key, value, timeMs]) => [key, { value, timeMs }]));
    this.timeMs = roundTime(reports);
  }

  get(key: string): Remembered | undefined {
    return this.#series.get(key);
  }

  /** Remembers a value of this round; `-0` as `0`, which JSON makes of it. */
  set(key: string, value: number): void {
    this.#series.delete(key);
    this.#series.set(key, { value: value + 0, timeMs: this.timeMs });
  }

  /** For the next round; `undefined` when there is nothing to remember. */
  get state(): State | undefined {
    const least = this.timeMs - MAX_AGE_MS;
    const kept = [...this.#series].filter(([, { timeMs }]) => timeMs > least).slice(-MAX_SERIES);
    if (kept.length === 0) return undefined;
    const series = kept.map(([key, { value, timeMs }]): [string, number, number] => [key, value, timeMs]);
    return { ...{ version: 1, series } satisfies v.InferInput<typeof stateSchema> };
  }
}
