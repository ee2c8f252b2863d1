import { unescape } from "./labels.ts";
import { HAS_TIMESTAMP, type Samples } from "./samples.ts";
import type { Source } from "./source.ts";
import type { LabelBlocks, MetricFamily, MetricType, SkippedSample } from "./types.ts";

const NONE: readonly SkippedSample[] = [];

/** What the two formats write differently. */
export interface Notation {
  /** Splits what stands between a sample's braces into names and unescaped values in turn. */
  readonly splitLabels: (block: string) => string[];
  readonly readHelp: (text: string) => string;
}

/** Where a family's parts stand in the text, and which samples it has. */
export interface FamilyParts {
  readonly name: string;
  readonly type: MetricType;
  readonly unit: string;
  readonly helpStart: number;
  readonly helpEnd: number;
  /** What the names of its samples start with. */
  readonly base: string;
  /** What they end with, by the samples' codes. */
  readonly suffixes: readonly string[];
  /** Its samples are those from `first` on, `length` of them. */
  readonly first: number;
  readonly length: number;
  readonly skipped?: readonly SkippedSample[] | undefined;
}

/** The view of one family that a consumer gets: one object serves all families of a parse. */
export class Family implements MetricFamily, LabelBlocks {
  name = "";
  type: MetricType = "unknown";
  unit = "";
  length = 0;
  skipped: readonly SkippedSample[] = NONE;
  readonly blocks: LabelBlocks = this;
  readonly #source: Source;
  readonly #samples: Samples;
  readonly #notation: Notation;
  readonly #names: (string | undefined)[] = [];
  #base = "";
  #suffixes: readonly string[] = [];
  #first = 0;
  #values: Float64Array;
  /** The last label block that a text was made of: who looks one up and does not know it splits it next. */
  #lastAt = -1;
  #lastBlock = "";
  #helpStart = 0;
  #helpEnd = 0;

  constructor(source: Source, samples: Samples, notation: Notation) {
    this.#source = source;
    this.#samples = samples;
    this.#notation = notation;
    this.#values = samples.values;
  }

  /** Makes it the view of another family. */
  show(parts: FamilyParts): void {
    this.name = parts.name;
    this.type = parts.type;
    this.unit = parts.unit;
    this.length = parts.length;
    this.skipped = parts.skipped ?? NONE;
    this.#helpStart = parts.helpStart;
    this.#helpEnd = parts.helpEnd;
    this.#base = parts.base;
    this.#suffixes = parts.suffixes;
    this.#first = parts.first;
    this.#values = this.#samples.values;
    this.#names.length = 0;
    this.#lastAt = -1;
  }

  get help(): string {
    if (this.#helpStart === this.#helpEnd) return "";
    return this.#notation.readHelp(this.#source.slice(this.#helpStart, this.#helpEnd));
  }

  sampleName(i: number): string {
    if (!(i >= 0 && i < this.length)) throw this.#outside(i);
    const code = this.#samples.codes[this.#first + i]! & ~HAS_TIMESTAMP;
    return this.#names[code] ??= this.#base + (this.#suffixes[code] ?? "");
  }

  rawLabels(i: number): string {
    const at = this.#at(i);
    const start = this.#samples.labelStarts[at]!;
    const end = this.#samples.labelEnds[at]!;
    if (start === end) return "";
    if (at !== this.#lastAt) {
      this.#lastAt = at;
      this.#lastBlock = this.#source.slice(start, end);
    }
    return this.#lastBlock;
  }

  labels(i: number): string[] {
    const block = this.rawLabels(i);
    return block === "" ? [] : this.#notation.splitLabels(block);
  }

  value(i: number): number {
    if (!(i >= 0 && i < this.length)) throw this.#outside(i);
    return this.#values[this.#first + i]!;
  }

  timestamp(i: number): number | undefined {
    const at = this.#at(i);
    return (this.#samples.codes[at]! & HAS_TIMESTAMP) === 0 ? undefined : this.#samples.timestamps[at];
  }

  blockLength(i: number): number {
    const at = this.#at(i);
    return this.#samples.labelEnds[at]! - this.#samples.labelStarts[at]!;
  }

  blockEquals(i: number, bytes: Uint8Array, start: number, end: number): boolean {
    const at = this.#at(i);
    const ownStart = this.#samples.labelStarts[at]!;
    if (this.#samples.labelEnds[at]! - ownStart !== end - start) return false;
    const own = this.#source.bytes;
    for (let k = ownStart, other = start; other < end; k++, other++) {
      if (own[k] !== bytes[other]) return false;
    }
    return true;
  }

  copyBlock(i: number, into: Uint8Array, at: number): number {
    const length = this.blockLength(i);
    const start = this.#samples.labelStarts[this.#first + i]!;
    into.set(this.#source.bytes.subarray(start, start + length), at);
    return at + length;
  }

  #at(i: number): number {
    if (i >= 0 && i < this.length) return this.#first + i;
    throw this.#outside(i);
  }

  #outside(i: number): RangeError {
    return new RangeError(`no sample ${i}: the family has ${this.length} samples`);
  }
}

/** A family's or label's name as it stands in a text: only a quoted one has escapes. */
export function readName(source: Source, start: number, end: number): string {
  return unescape(source.slice(start, end));
}
