import { mix, MULTIPLIER } from "./hash.ts";
import { RULES } from "./rules.ts";
import type { Source } from "./source.ts";
import type { MetricType } from "./types.ts";

const FIRST_CAPACITY = 64;
/** Integers of an entry. */
const ENTRY = 4;
const HASH = 0;
const START = 1;
const LENGTH = 2;
/** The family's type as its index in {@linkcode TYPES}, plus 1: 0 marks a free entry. */
const TYPE = 3;

const TYPES = Object.keys(RULES) as MetricType[];
/** By type, what its samples' names add to the family's. */
const SUFFIXES = new Map(TYPES.map((type) => [type, suffixesOf(type)]));
const ALL_SUFFIXES = new Set(TYPES.flatMap(suffixesOf));

function suffixesOf(type: MetricType): string[] {
  return RULES[type].map(({ suffix }) => suffix).filter((suffix) => suffix !== "");
}

/**
 * The names that the families so far have taken: each its own and those of its samples (OpenMetrics 1.0,
 * "MetricFamily": names are unique; "Suffixes": sample names must not clash either). A hash table of offsets into the
 * source, 16 bytes a family and at most half full.
 */
export class FamilyNames {
  readonly #source: Source;
  #capacity = FIRST_CAPACITY;
  #count = 0;
  #entries = new Int32Array(FIRST_CAPACITY * ENTRY);

  constructor(source: Source) {
    this.#source = source;
  }

  /** Takes the names of a family, whose own stands between two offsets; `false` when another has one of them. */
  take(start: number, end: number, type: MetricType): boolean {
    const hash = this.#hash(start, end);
    const own = this.#find(hash, start, end, "");
    if (this.#isTaken(own)) return false;
    for (const suffix of SUFFIXES.get(type) ?? []) {
      if (this.#isTaken(this.#find(extend(hash, suffix), start, end, suffix))) return false;
    }
    for (const suffix of ALL_SUFFIXES) {
      if (this.#endsWith(start, end, suffix) && this.#isSampleName(start, end - suffix.length, suffix)) return false;
    }
    const entries = this.#entries;
    entries[own + HASH] = hash;
    entries[own + START] = start;
    entries[own + LENGTH] = end - start;
    entries[own + TYPE] = TYPES.indexOf(type) + 1;
    if (++this.#count * 2 > this.#capacity) this.#grow();
    return true;
  }

  /** Whether there is a family with this name whose samples' names may have the suffix. */
  #isSampleName(start: number, end: number, suffix: string): boolean {
    const entry = this.#find(this.#hash(start, end), start, end, "");
    const type = TYPES[this.#entries[entry + TYPE]! - 1];
    return type !== undefined && (SUFFIXES.get(type)?.includes(suffix) ?? false);
  }

  #isTaken(entry: number): boolean {
    return this.#entries[entry + TYPE] !== 0;
  }

  #endsWith(start: number, end: number, suffix: string): boolean {
    const offset = end - suffix.length;
    if (offset < start) return false;
    const bytes = this.#source.bytes;
    for (let i = suffix.length - 1; i >= 0; i--) if (bytes[offset + i] !== suffix.charCodeAt(i)) return false;
    return true;
  }

  /** The entry of the family with the name between two offsets and the suffix, or the free one for it. */
  #find(hash: number, start: number, end: number, suffix: string): number {
    const entries = this.#entries;
    const mask = this.#capacity - 1;
    const length = end - start + suffix.length;
    for (let slot = mix(hash) & mask;; slot = (slot + 1) & mask) {
      const entry = slot * ENTRY;
      if (entries[entry + TYPE] === 0) return entry;
      if (entries[entry + HASH] !== hash || entries[entry + LENGTH] !== length) continue;
      if (this.#isName(entries[entry + START]!, start, end, suffix)) return entry;
    }
  }

  #isName(nameStart: number, start: number, end: number, suffix: string): boolean {
    const bytes = this.#source.bytes;
    const shift = nameStart - start;
    for (let offset = start; offset < end; offset++) if (bytes[offset] !== bytes[offset + shift]) return false;
    return this.#endsWith(nameStart, end + shift + suffix.length, suffix);
  }

  #hash(start: number, end: number): number {
    const bytes = this.#source.bytes;
    let hash = MULTIPLIER;
    for (let offset = start; offset < end; offset++) hash = Math.imul(hash ^ bytes[offset]!, MULTIPLIER);
    return hash;
  }

  #grow(): void {
    const old = this.#entries;
    this.#capacity *= 2;
    const entries = new Int32Array(this.#capacity * ENTRY);
    this.#entries = entries;
    const mask = this.#capacity - 1;
    for (let entry = 0; entry < old.length; entry += ENTRY) {
      if (old[entry + TYPE] === 0) continue;
      let slot = mix(old[entry + HASH]!) & mask;
      while (entries[slot * ENTRY + TYPE] !== 0) slot = (slot + 1) & mask;
      entries.set(old.subarray(entry, entry + ENTRY), slot * ENTRY);
    }
  }
}

/** The hash of a name with a suffix, from that of the name. */
function extend(hash: number, suffix: string): number {
  let extended = hash;
  for (let i = 0; i < suffix.length; i++) extended = Math.imul(extended ^ suffix.charCodeAt(i), MULTIPLIER);
  return extended;
}
