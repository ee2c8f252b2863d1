import { IntColumn } from "./columns.ts";
import { extendHash, hashBytes, mix } from "./hash.ts";
import { HashTable } from "./hash_table.ts";
import { RULES } from "./rules.ts";
import type { Source } from "./source.ts";
import type { MetricType } from "./types.ts";

const TYPES = Object.keys(RULES) as MetricType[];
/** By type, what its samples' names add to the family's. */
const SUFFIXES = new Map(TYPES.map((type) => [type, suffixesOf(type)]));
const ALL_SUFFIXES = new Set(TYPES.flatMap(suffixesOf));

function suffixesOf(type: MetricType): string[] {
  return RULES[type].map(({ suffix }) => suffix).filter((suffix) => suffix !== "");
}

/**
 * The names that the families so far have taken: each its own and those of its samples (OpenMetrics 1.0,
 * "MetricFamily": names are unique; "Suffixes": sample names must not clash either).
 */
export class FamilyNames {
  readonly #source: Source;
  readonly #table = new HashTable();
  readonly #starts = new IntColumn();
  readonly #lengths = new IntColumn();
  /** As indexes in {@linkcode TYPES}. */
  readonly #types = new IntColumn();

  constructor(source: Source) {
    this.#source = source;
  }

  /** Takes the names of a family, whose own stands between two offsets; `false` when another has one of them. */
  take(start: number, end: number, type: MetricType): boolean {
    const hash = hashBytes(this.#source.bytes, start, end);
    for (const suffix of SUFFIXES.get(type) ?? []) {
      if (this.#find(extendHash(hash, suffix), start, end, suffix) !== -1) return false;
    }
    for (const suffix of ALL_SUFFIXES) {
      const isLonger = end - start > suffix.length && this.#source.endsWith(end, suffix);
      if (isLonger && this.#isSampleName(start, end - suffix.length, suffix)) return false;
    }
    if (this.#find(hash, start, end, "") !== -1) return false;
    const entry = this.#table.add();
    this.#starts.set(entry, start);
    this.#lengths.set(entry, end - start);
    this.#types.set(entry, TYPES.indexOf(type));
    return true;
  }

  /** Whether there is a family with this name whose samples' names may have the suffix. */
  #isSampleName(start: number, end: number, suffix: string): boolean {
    const entry = this.#find(hashBytes(this.#source.bytes, start, end), start, end, "");
    const type = entry === -1 ? undefined : TYPES[this.#types.get(entry)];
    return type !== undefined && (SUFFIXES.get(type)?.includes(suffix) ?? false);
  }

  /** The family with the name between two offsets and the suffix, whose hash that is; -1 when there is none. */
  #find(hash: number, start: number, end: number, suffix: string): number {
    const table = this.#table;
    const length = end - start + suffix.length;
    for (let entry = table.first(mix(hash)); entry !== -1; entry = table.next()) {
      if (this.#lengths.get(entry) !== length) continue;
      const other = this.#starts.get(entry);
      if (this.#source.areSame(other, start, end - start) && this.#source.endsWith(other + length, suffix)) {
        return entry;
      }
    }
    return -1;
  }
}
