import { grown } from "./columns.ts";
import { hashBytes, mix } from "./hash.ts";
import { HashTable } from "./hash_table.ts";
import { BUCKET, codesOf, COUNT, PLAIN, SUFFIXES, SUM, TOTAL, TOTALLED } from "./prometheus_types.ts";
import { Runs } from "./runs.ts";
import type { Samples } from "./samples.ts";
import type { Source } from "./source.ts";
import type { MetricType } from "./types.ts";

/** Bits of a family: HELP or TYPE named it; TYPE said what it is. */
const ANNOUNCED = 1;
const TYPED = 2;

const FIRST_CAPACITY = 16;
/** What is known of a family, in integers next to each other. */
const RECORD = 9;
const NAME_START = 0;
const NAME_END = 1;
const HELP_START = 2;
const HELP_END = 3;
const FIRST_RUN = 4;
const LAST_RUN = 5;
const KIND = 6;
const BITS = 7;
/** Which codes its samples may have, as bits. */
const CODES = 8;

const KINDS: readonly MetricType[] = [
  "unknown",
  "counter",
  "gauge",
  "histogram",
  "gaugehistogram",
  "summary",
  "stateset",
  "info",
];
/** A counter's samples may have either, but not both. */
const PLAIN_OR_TOTALLED = 1 << PLAIN | 1 << TOTALLED;

/**
 * The families of a text in Prometheus' format. One name is one family, wherever its lines stand ("Grouping and sorting" asks
 * writers for one group; readers such as Go's `expfmt` take several), and its last TYPE says what it is. A name that no HELP
 * or TYPE announces is a family of unknown type, beside an announced one whose samples cannot have that name.
 *
 * Memory: 50 to 70 bytes a family, in columns of integers: a text may name a million.
 */
export class PrometheusFamilies {
  readonly #source: Source;
  readonly #samples: Samples;
  readonly #table = new HashTable();
  readonly #runs = new Runs();
  /** {@linkcode RECORD} integers a family. */
  #records = new Int32Array(FIRST_CAPACITY * RECORD);
  /** The family that is read (-1: none), with what is known of it. */
  #current = -1;
  #currentStart = 0;
  #currentLength = 0;
  #currentCodes = 0;
  /** What the last search found, or -1. */
  #found = -1;

  constructor(source: Source, samples: Samples) {
    this.#source = source;
    this.#samples = samples;
  }

  get size(): number {
    return this.#table.size;
  }

  get current(): number {
    return this.#current;
  }

  /** The code of a sample with the name between two offsets in the family that is read; -1 where it is not the family's. */
  #codeInCurrent(start: number, end: number): number {
    const length = this.#currentLength;
    const rest = end - start - length;
    const code = rest === 0 ? PLAIN : this.#codeOfSuffix(end, rest);
    if (code === -1 || (this.#currentCodes & 1 << code) === 0) return -1;
    return this.#source.areSame(start, this.#currentStart, length) ? code : -1;
  }

  /** Goes on with the family that a sample name belongs to, a new one if there is none; returns the sample's code. */
  enter(start: number, end: number): number {
    let code = this.#codeInCurrent(start, end);
    if (code === -1) {
      code = this.#search(start, end);
      this.#goOn(this.#found === -1 ? this.#add(start, end, 0) : this.#found);
    }
    this.#settleName(code);
    return code;
  }

  /** The family that a sample name belongs to, or -1. */
  find(start: number, end: number): number {
    if (this.#codeInCurrent(start, end) !== -1) return this.#current;
    this.#search(start, end);
    return this.#found;
  }

  /** The samples of a counter are called all as the first one is: with `_total` or without. */
  #settleName(code: number): void {
    if ((this.#currentCodes & PLAIN_OR_TOTALLED) !== PLAIN_OR_TOTALLED) return;
    this.#currentCodes &= ~PLAIN_OR_TOTALLED | 1 << code;
    this.#records[this.#current * RECORD + CODES] = this.#currentCodes;
  }

  /** HELP or TYPE names a family: goes on with it. */
  announce(start: number, end: number): void {
    const current = this.#current;
    if (current !== -1 && this.#has(current, ANNOUNCED) && this.#isNamed(current, start, end)) return;
    const hash = mix(hashBytes(this.#source.bytes, start, end));
    let family = this.#lookUp(hash, start, end, ANNOUNCED);
    if (family === -1) family = this.#lookUp(hash, start, end, 0);
    if (family === -1) family = this.#add(start, end, ANNOUNCED);
    this.#records[family * RECORD + BITS]! |= ANNOUNCED;
    if (family !== current) this.#goOn(family);
  }

  setHelp(start: number, end: number): void {
    this.#records[this.#current * RECORD + HELP_START] = start;
    this.#records[this.#current * RECORD + HELP_END] = end;
  }

  /** Sets the type of the family that is read; returns whether it contradicts an earlier one. */
  setType(type: MetricType): boolean {
    const family = this.#current;
    const kind = KINDS.indexOf(type);
    const contradicts = this.#has(family, TYPED) && this.#get(family, KIND) !== kind;
    this.#currentCodes = codesOf(type, this.#source.endsWith(this.nameEnd(family), TOTAL));
    this.#records[family * RECORD + KIND] = kind;
    this.#records[family * RECORD + BITS]! |= TYPED;
    this.#records[family * RECORD + CODES] = this.#currentCodes;
    return contradicts;
  }

  type(family: number): MetricType {
    return KINDS[this.#get(family, KIND)] ?? "unknown";
  }

  nameStart(family: number): number {
    return this.#get(family, NAME_START);
  }

  nameEnd(family: number): number {
    return this.#get(family, NAME_END);
  }

  helpStart(family: number): number {
    return this.#get(family, HELP_START);
  }

  helpEnd(family: number): number {
    return this.#get(family, HELP_END);
  }

  /** All samples were read. */
  finish(): void {
    this.#runs.finish(this.#samples.length);
  }

  /** How many samples a family has. */
  count(family: number): number {
    return this.#runs.count(this.#get(family, FIRST_RUN));
  }

  /** Brings a family's samples together; returns where they start. */
  gather(family: number): number {
    return this.#runs.gather(this.#get(family, FIRST_RUN), this.#samples);
  }

  #goOn(family: number): void {
    const last = this.#get(family, LAST_RUN);
    const run = this.#runs.start(last, this.#samples.length);
    if (last === 0) this.#records[family * RECORD + FIRST_RUN] = run;
    this.#records[family * RECORD + LAST_RUN] = run;
    this.#current = family;
    this.#currentStart = this.nameStart(family);
    this.#currentLength = this.nameEnd(family) - this.#currentStart;
    this.#currentCodes = this.#get(family, CODES);
  }

  /**
   * Looks for the family of a sample name: an announced one of that name, one that the name is of with a suffix, then one
   * that nothing announced. Returns the sample's code.
   */
  #search(start: number, end: number): number {
    const hash = hashBytes(this.#source.bytes, start, end);
    this.#found = this.#lookUp(mix(hash), start, end, ANNOUNCED);
    if (this.#found !== -1 && this.#takes(PLAIN)) return PLAIN;
    for (let code = SUM; code <= TOTALLED; code++) {
      const suffix = SUFFIXES[code]!;
      const nameEnd = end - suffix.length;
      if (nameEnd <= start || !this.#source.endsWith(end, suffix)) continue;
      this.#found = this.#lookUp(mix(hashBytes(this.#source.bytes, start, nameEnd)), start, nameEnd, ANNOUNCED);
      if (this.#found !== -1 && this.#takes(code)) return code;
    }
    this.#found = this.#lookUp(mix(hash), start, end, 0);
    return PLAIN;
  }

  #takes(code: number): boolean {
    return (this.#get(this.#found, CODES) & 1 << code) !== 0;
  }

  #lookUp(hash: number, start: number, end: number, announced: number): number {
    const table = this.#table;
    for (let family = table.first(hash); family !== -1; family = table.next()) {
      if ((this.#get(family, BITS) & ANNOUNCED) === announced && this.#isNamed(family, start, end)) return family;
    }
    return -1;
  }

  #isNamed(family: number, start: number, end: number): boolean {
    const nameStart = this.nameStart(family);
    return this.nameEnd(family) - nameStart === end - start && this.#source.areSame(start, nameStart, end - start);
  }

  /** Adds a family after a search for its name has failed. */
  #add(start: number, end: number, bits: number): number {
    const family = this.#table.add();
    const at = family * RECORD;
    if (at === this.#records.length) this.#records = grown(this.#records, 2 * at);
    this.#records[at + NAME_START] = start;
    this.#records[at + NAME_END] = end;
    this.#records[at + BITS] = bits;
    this.#records[at + CODES] = codesOf("unknown", false);
    return family;
  }

  #get(family: number, field: number): number {
    return this.#records[family * RECORD + field]!;
  }

  #has(family: number, bit: number): boolean {
    return (this.#get(family, BITS) & bit) !== 0;
  }

  #codeOfSuffix(end: number, length: number): number {
    const source = this.#source;
    switch (length) {
      case 4:
        return source.endsWith(end, "_sum") ? SUM : -1;
      case 6:
        return source.endsWith(end, "_count") ? COUNT : source.endsWith(end, TOTAL) ? TOTALLED : -1;
      case 7:
        return source.endsWith(end, "_bucket") ? BUCKET : -1;
      default:
        return -1;
    }
  }
}
