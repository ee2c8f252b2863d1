import * as v from "valibot";
import type { State } from "../report/mod.ts";
import type { Notes } from "./notes.ts";

/** A series that was not counted for so long is forgotten, in milliseconds; a report names those of its last day. */
const MAX_AGE_MS = 2 * 86_400_000;
/** Most series that are remembered; those counted longest ago make room. */
const MAX_SERIES = 200_000;

const UNREADABLE = "running totals start anew, since the state of the last round cannot be read";

const stateSchema = v.object({
  version: v.literal(1),
  totals: v.array(v.tuple([v.string(), v.number(), v.number()])),
});

/**
 * Running totals of what reports give as differences (`count`), so that it means the same as what comes as a total
 * (`monotonic_count`). They live in the state of a format, from round to round.
 */
export class RunningTotals {
  /** Total and time of the last count, in milliseconds since the epoch, by series; those counted last at the end. */
  readonly #totals: Map<string, { total: number; timeMs: number }>;

  /**
   * @param state what {@linkcode RunningTotals.state} was in the last round; one that cannot be read is noted, and none
   * @param timeMs the time of this round, in milliseconds since the epoch
   */
  constructor(state: State | undefined, readonly timeMs: number, notes: Notes) {
    const read = v.safeParse(stateSchema, state);
    if (state !== undefined && !read.success) notes.add(UNREADABLE, "another version of torchserve-check left it");
    const totals = read.success ? read.output.totals : [];
    this.#totals = new Map(totals.map(([key, total, at]) => [key, { total, timeMs: at }]));
  }

  /**
   * Adds a difference to the total of its series.
   *
   * @param key what tells the series from all others
   * @returns the total
   */
  add(key: string, difference: number): number {
    const total = (this.#totals.get(key)?.total ?? 0) + difference;
    this.#totals.delete(key);
    this.#totals.set(key, { total, timeMs: this.timeMs });
    return total;
  }

  /** For the next round; `undefined` when there is nothing to remember. */
  get state(): State | undefined {
    const kept = [...this.#totals].filter(([, { timeMs }]) => timeMs > this.timeMs - MAX_AGE_MS).slice(-MAX_SERIES);
    if (kept.length === 0) return undefined;
    const totals = kept.map(([key, { total, timeMs }]): [string, number, number] => [key, total, timeMs]);
    return { ...{ version: 1, totals } satisfies v.InferInput<typeof stateSchema> };
  }
}
