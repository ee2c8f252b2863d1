import type { MetricFamily } from "../openmetrics/mod.ts";
import type { LabelSet } from "./label_set.ts";

/** A family of which it is known, too, what its counts grew by since the last run: one that comes from a log. */
export interface FollowedFamily extends MetricFamily {
  /** The growth of sample `i`; for what does not count, its value. */
  increment(i: number): number;
}

const FIRST_CAPACITY = 64;
/** Bits of a sample's flags: it has the name of its family. */
export const IS_OWN = 1;
/** It counts: where labels are dropped, it adds up with others. */
export const ADDS_UP = 2;

/** Takes the place of label sets that are let go. */
const NO_LABELS: LabelSet = {
  tags: [],
  hostname: undefined,
  lost: "",
  bound: undefined,
  values: undefined,
  size: 0,
};

/**
 * The samples of a page that are to be submitted, in columns: 25 bytes each beside their label sets. A page may have
 * hundreds of thousands, and what a family becomes is known only at the page's end, since it may stand in several
 * places. The columns are open, so that a loop over samples makes no calls for them (bench: scrape "large", one-shot),
 * and serve one page after the other (bench: scrape "large", connected: a tenth of the processor time).
 */
export class SampleColumns {
  length = 0;
  /** The full ones, suffixes included. As long as these or longer, like all columns. */
  readonly names: string[] = [];
  readonly sets: LabelSet[] = [];
  values = new Float64Array(FIRST_CAPACITY);
  /** {@linkcode IS_OWN} and {@linkcode ADDS_UP}. */
  flags = new Uint8Array(FIRST_CAPACITY);
  /** What samples grew by since the last run; absent where the source tells totals only. */
  increments: (number | undefined)[] | undefined;

  /**
   * @param name the full one, suffix included
   * @param flags {@linkcode IS_OWN} and {@linkcode ADDS_UP}
   */
  push(name: string, value: number, flags: number, set: LabelSet): void {
    const index = this.length++;
    if (index === this.values.length) this.#grow();
    this.names[index] = name;
    this.sets[index] = set;
    this.values[index] = value;
    this.flags[index] = flags;
  }

  /** Makes room for another page; what stands there keeps no label sets. */
  clear(): void {
    this.sets.fill(NO_LABELS, 0, this.length);
    this.length = 0;
    this.increments = undefined;
  }

  /** Tells what the last sample grew by. */
  pushIncrement(increment: number | undefined): void {
    if (increment !== undefined) (this.increments ??= [])[this.length - 1] = increment;
  }

  #grow(): void {
    const capacity = 2 * this.values.length;
    const values = new Float64Array(capacity);
    values.set(this.values);
    this.values = values;
    const flags = new Uint8Array(capacity);
    flags.set(this.flags);
    this.flags = flags;
  }
}

/** The samples of one family, from all places where the page has them, in the page's order. */
export class FamilySamples {
  /**
   * Labels that the tags do not tell differ: two samples may have the same tags without being the same one that the
   * target repeats.
   */
  mayMeet = false;
  /** What the tags of the first sample do not tell. */
  lost: string | undefined;
  /** The columns where its samples lie, from `start` up to `end`, once they are together. */
  columns: SampleColumns;
  start = 0;
  end = 0;
  /** From where to where those of further places lie: a pair for each. */
  #places: number[] | undefined;
  #damaged: Set<number> | undefined;
  #allDamaged = false;

  /** @param name as messages call it */
  constructor(readonly name: string, columns: SampleColumns) {
    this.columns = columns;
  }

  /** Takes what was pushed to the columns from `start` on. */
  add(start: number): void {
    const end = this.columns.length;
    if (start === end) return;
    if (this.start === this.end) this.start = start;
    else if (this.end !== start) {
      (this.#places ??= []).push(this.start, this.end);
      this.start = start;
    }
    this.end = end;
  }

  /** Brings the samples of all places together: those of several are copied. */
  gather(): void {
    if (this.#places === undefined) return;
    const places = [...this.#places, this.start, this.end];
    const from = this.columns;
    const columns = new SampleColumns();
    for (let p = 0; p + 1 < places.length; p += 2) {
      for (let i = places[p]!; i < places[p + 1]!; i++) {
        columns.push(from.names[i]!, from.values[i]!, from.flags[i]!, from.sets[i]!);
        columns.pushIncrement(from.increments?.[i]);
      }
    }
    this.#places = undefined;
    this.columns = columns;
    this.start = 0;
    this.end = columns.length;
  }

  /**
   * Notes that a bucket is missing: the differences between the others say something else.
   *
   * @param series of the bucket; `undefined`: it may be any
   */
  damage(series: number | undefined): void {
    if (series === undefined) this.#allDamaged = true;
    else (this.#damaged ??= new Set()).add(series);
  }

  /** How many label sets lack a bucket; `Infinity` where it may be any of them. */
  get damagedSeries(): number {
    return this.#allDamaged ? Infinity : this.#damaged?.size ?? 0;
  }

  isDamaged(series: number): boolean {
    return this.#allDamaged || this.#damaged?.has(series) === true;
  }
}
