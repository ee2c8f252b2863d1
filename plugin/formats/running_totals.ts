import * as v from "valibot";
import type { State, SubmissionType } from "../report/mod.ts";
import type { FormatOptions, Round } from "./format.ts";
import type { Notes } from "./notes.ts";
import { roundTime } from "./round_time.ts";

/** A series that was not counted for so long is forgotten, in milliseconds; a report names those of its last day. */
const MAX_AGE_MS = 2 * 86_400_000;
/** Most series that are remembered; those counted longest ago make room. */
const MAX_SERIES = 200_000;

const UNREADABLE = "running totals start anew, since the state of the last round cannot be read";

/** Of a difference where nothing is remembered. */
const NO_TOTAL = "a difference has no total without a state and is left out; keep one with --state-dir or --repeat";

const stateSchema = v.object({
  version: v.literal(1),
  totals: v.array(v.tuple([v.string(), v.number(), v.number()])),
});

/** Whether values of a type are totals, or grow one: what a host derives a growth, or a rate, from. */
export function counts(type: SubmissionType): boolean {
  return type === "count" || type === "monotonic_count" || type === "rate";
}

/**
 * Running totals of what reports give as differences (`count`), so that it means the same as what comes as a total
 * (`monotonic_count`, `rate`). They live in the state of a format, from round to round.
 */
export class RunningTotals {
  /** Total and time of the last count, in milliseconds since the epoch, by series; those counted last at the end. */
  readonly #totals: Map<string, { total: number; timeMs: number }>;
  readonly #timeMs: number;
  readonly #remembers: boolean;
  readonly #notes: Notes;

  /**
   * @param round its state is what {@linkcode RunningTotals.state} was in the last one; one that cannot be read is none
   * @param notes told of what has no total
   */
  constructor({ state, reports }: Round, { remembers }: Pick<FormatOptions, "remembers">, notes: Notes) {
    const read = v.safeParse(stateSchema, state);
    if (state !== undefined && !read.success) notes.add(UNREADABLE, "another version of torchserve-check left it");
    const totals = read.success ? read.output.totals : [];
    this.#totals = new Map(totals.map(([key, total, at]) => [key, { total, timeMs: at }]));
    this.#timeMs = roundTime(reports);
    this.#remembers = remembers;
    this.#notes = notes;
  }

  /**
   * The total of what counts; `undefined` where there is none.
   *
   * @param isTotal whether the value is one already, else it is a difference
   * @param series what tells the series from all others; its running total is kept under it
   */
  of(name: string, value: number, isTotal: boolean, series: () => string): number | undefined {
    if (value < 0) this.#notes.add("what only grows is left out where it is negative", name);
    else if (isTotal) return value;
    else if (this.#remembers) return this.#add(series(), value);
    else this.#notes.add(NO_TOTAL, name);
    return undefined;
  }

  #add(key: string, difference: number): number {
    const total = (this.#totals.get(key)?.total ?? 0) + difference;
    this.#totals.delete(key);
    this.#totals.set(key, { total, timeMs: this.#timeMs });
    return total;
  }

  /** For the next round; `undefined` when there is nothing to remember. */
  get state(): State | undefined {
    const least = this.#timeMs - MAX_AGE_MS;
    const kept = [...this.#totals].filter(([, { timeMs }]) => timeMs > least).slice(-MAX_SERIES);
    if (kept.length === 0 || !this.#remembers) return undefined;
    const totals = kept.map(([key, { total, timeMs }]): [string, number, number] => [key, total, timeMs]);
    return { ...{ version: 1, totals } satisfies v.InferInput<typeof stateSchema> };
  }
}
