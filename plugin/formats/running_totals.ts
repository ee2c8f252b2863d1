import type { State, SubmissionType } from "../report/mod.ts";
import type { FormatOptions, Round } from "./format.ts";
import type { Notes } from "./notes.ts";
import { SeriesMemory } from "./series_memory.ts";

/** Of a difference where nothing is remembered. */
const NO_TOTAL = "a difference has no total without a state and is left out; keep one with --state-dir or --repeat";

/** Whether values of a type are totals, or grow one: what a host derives a growth, or a rate, from. */
export function counts(type: SubmissionType): boolean {
  return type === "count" || type === "monotonic_count" || type === "rate";
}

/**
 * Running totals of what reports give as differences (`count`), so that it means the same as what comes as a total
 * (`monotonic_count`, `rate`). They live in the state of a format, from round to round.
 */
export class RunningTotals {
  readonly #totals: SeriesMemory;
  readonly #remembers: boolean;
  readonly #notes: Notes;

  /**
   * @param round its state is what {@linkcode RunningTotals.state} was in the last one; one that cannot be read is none
   * @param notes told of what has no total
   */
  constructor(round: Round, { remembers }: Pick<FormatOptions, "remembers">, notes: Notes) {
    this.#totals = new SeriesMemory(round, notes);
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
    const total = (this.#totals.get(key)?.value ?? 0) + difference;
    this.#totals.set(key, total);
    return total;
  }

  /** For the next round; `undefined` when there is nothing to remember. */
  get state(): State | undefined {
    return this.#remembers ? this.#totals.state : undefined;
  }
}
