import type { MetricFamily } from "../openmetrics/mod.ts";
import type { LabelSet } from "./labels.ts";

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

/**
 * The samples of a page that are to be submitted, in columns: 25 bytes each beside their label sets. A page may have
 * hundreds of thousands, and what a family becomes is known only at the page's end, since it may stand in several
 * places.
 */
export class SampleColumns {
  length = 0;
  readonly #names: string[] = [];
  readonly #sets: LabelSet[] = [];
  #values = new Float64Array(FIRST_CAPACITY);
  #flags = new Uint8Array(FIRST_CAPACITY);
  readonly #increments: (number | undefined)[] = [];

  /**
   * @param name the full one, suffix included
   * @param flags {@linkcode IS_OWN} and {@linkcode ADDS_UP}
   */
  push(name: string, value: number, flags: number, set: LabelSet, increment: number | undefined): void {
    const index = this.length++;
    if (index === this.#values.length) this.#grow();
    this.#names.push(name);
    this.#sets.push(set);
    this.#values[index] = value;
    this.#flags[index] = flags;
    if (increment !== undefined) this.#increments[index] = increment;
  }

  /** Goes through samples in a row: with one call for each instead of several (bench: scrape "large", one-shot). */
  forEach(start: number, end: number, receive: (value: number, set: LabelSet, addsUp: boolean) => void): void {
    const values = this.#values;
    const sets = this.#sets;
    const flags = this.#flags;
    for (let i = start; i < end; i++) receive(values[i]!, sets[i]!, (flags[i]! & ADDS_UP) !== 0);
  }

  name(index: number): string {
    return this.#names[index] ?? "";
  }

  set(index: number): LabelSet {
    const set = this.#sets[index];
    if (set === undefined) throw new RangeError(`sample ${index} of ${this.length}`);
    return set;
  }

  value(index: number): number {
    return this.#values[index] ?? NaN;
  }

  increment(index: number): number | undefined {
    return this.#increments[index];
  }

  isOwn(index: number): boolean {
    return ((this.#flags[index] ?? 0) & IS_OWN) !== 0;
  }

  addsUp(index: number): boolean {
    return ((this.#flags[index] ?? 0) & ADDS_UP) !== 0;
  }

  #grow(): void {
    const capacity = 2 * this.#values.length;
    const values = new Float64Array(capacity);
    values.set(this.#values);
    this.#values = values;
    const flags = new Uint8Array(capacity);
    flags.set(this.#flags);
    this.#flags = flags;
  }
}

/** The samples of one family, from all places where the page has them, in the page's order. */
export class FamilySamples {
  length = 0;
  /**
   * Labels that the tags do not tell differ: two samples may have the same tags without being the same one that the
   * target repeats.
   */
  mayMeet = false;
  readonly #columns: SampleColumns;
  /** Where those of the first place lie in the columns. */
  #start = 0;
  /** From where to where those of further places lie: a pair for each. */
  #places: number[] | undefined;
  /** By sample, where there are several places. */
  #indices: Uint32Array | undefined;
  #damaged: Set<number> | undefined;
  #allDamaged = false;

  /** @param name as messages call it */
  constructor(readonly name: string, columns: SampleColumns) {
    this.#columns = columns;
  }

  /** Takes what was pushed to the columns from `start` on. */
  add(start: number): void {
    const columns = this.#columns;
    const end = columns.length;
    if (start === end) return;
    if (this.length === 0) this.#start = start;
    else if (this.#places !== undefined || this.#start + this.length !== start) {
      (this.#places ??= [this.#start, this.#start + this.length]).push(start, end);
    }
    const { lost } = columns.set(this.#start);
    for (let i = start; i < end && !this.mayMeet; i++) if (columns.set(i).lost !== lost) this.mayMeet = true;
    this.length += end - start;
    this.#indices = undefined;
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

  /** Goes through all samples. */
  forEach(receive: (value: number, set: LabelSet, addsUp: boolean) => void): void {
    const places = this.#places ?? [this.#start, this.#start + this.length];
    for (let p = 0; p + 1 < places.length; p += 2) this.#columns.forEach(places[p]!, places[p + 1]!, receive);
  }

  sampleName(k: number): string {
    return this.#columns.name(this.#index(k));
  }

  value(k: number): number {
    return this.#columns.value(this.#index(k));
  }

  /** What sample `k` grew by since the last run; `undefined` where the source tells totals only. */
  increment(k: number): number | undefined {
    return this.#columns.increment(this.#index(k));
  }

  set(k: number): LabelSet {
    return this.#columns.set(this.#index(k));
  }

  /** Whether sample `k` has the name of its family. */
  isOwn(k: number): boolean {
    return this.#columns.isOwn(this.#index(k));
  }

  /** Whether sample `k` adds up with others of its context. */
  addsUp(k: number): boolean {
    return this.#columns.addsUp(this.#index(k));
  }

  #index(k: number): number {
    if (this.#places === undefined) return this.#start + k;
    return (this.#indices ??= this.#allIndices(this.#places))[k] ?? 0;
  }

  #allIndices(places: readonly number[]): Uint32Array {
    const indices = new Uint32Array(this.length);
    let k = 0;
    for (let p = 0; p + 1 < places.length; p += 2) {
      for (let i = places[p] ?? 0; i < (places[p + 1] ?? 0); i++) indices[k++] = i;
    }
    return indices;
  }
}
