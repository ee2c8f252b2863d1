import type { Source } from "./source.ts";
import type { LabelBlocks, MetricFamily, MetricType, SkippedSample } from "./types.ts";

/** In a sample's name byte: the sample has a timestamp. */
const HAS_TIMESTAMP = 0x80;
const FIRST_CAPACITY = 64;

/** Splits what stands between a sample's braces into names and unescaped values in turn. */
export type LabelSplitter = (block: string) => string[];

/**
 * One family in columns: per sample a name, where its labels stand in the text, a value and perhaps a timestamp. One
 * object serves all families of a parse; the columns grow to the largest family (17 bytes a sample, 25 with
 * timestamps, at most half of it unused) and nothing is made per sample until a consumer asks for its labels.
 */
export class FamilyColumns implements MetricFamily, LabelBlocks {
  name = "";
  type: MetricType = "unknown";
  help = "";
  unit = "";
  length = 0;
  skipped: SkippedSample[] = [];
  /** The full names that samples of this family have; a sample refers to one by its index, at most 127. */
  readonly sampleNames: string[] = [];
  readonly blocks: LabelBlocks = this;
  readonly #source: Source;
  readonly #splitLabels: LabelSplitter;
  #capacity = FIRST_CAPACITY;
  #names = new Uint8Array(FIRST_CAPACITY);
  #labelStarts = new Int32Array(FIRST_CAPACITY);
  #labelEnds = new Int32Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  /** As long as the other columns once a sample had a timestamp; most texts have none. */
  #timestamps = new Float64Array(0);

  constructor(source: Source, splitLabels: LabelSplitter) {
    this.#source = source;
    this.#splitLabels = splitLabels;
  }

  /** Makes it the next family, without samples. */
  start(name: string): void {
    this.name = name;
    this.type = "unknown";
    this.help = "";
    this.unit = "";
    this.length = 0;
    this.sampleNames.length = 0;
    if (this.skipped.length > 0) this.skipped = [];
  }

  /**
   * Notes that a sample is missing.
   *
   * @param labelsEnd -1 where the labels could not be read
   */
  skip(name: string, labelsStart: number, labelsEnd: number, line: number, reason: string): void {
    const block = this.#source.slice(labelsStart, Math.max(labelsStart, labelsEnd));
    const labels = labelsEnd === -1 ? undefined : this.#splitLabels(block);
    this.skipped.push({ name, labels, line, reason });
  }

  /** The index of a sample name, added when it is new. */
  nameIndex(name: string): number {
    const index = this.sampleNames.indexOf(name);
    return index === -1 ? this.sampleNames.push(name) - 1 : index;
  }

  /** Appends a sample; the label block lies between two offsets of the source. */
  push(name: number, labelsStart: number, labelsEnd: number, value: number): void {
    const index = this.length;
    if (index === this.#capacity) this.#grow();
    this.#names[index] = name;
    this.#labelStarts[index] = labelsStart;
    this.#labelEnds[index] = labelsEnd;
    this.#values[index] = value;
    this.length = index + 1;
  }

  /** Gives the last sample a timestamp, in seconds since the epoch. */
  stamp(timestamp: number): void {
    const index = this.length - 1;
    if (this.#timestamps.length < this.#capacity) this.#timestamps = grown(this.#timestamps, this.#capacity);
    this.#names[index]! |= HAS_TIMESTAMP;
    this.#timestamps[index] = timestamp;
  }

  sampleName(i: number): string {
    this.#check(i);
    return this.sampleNames[this.#names[i]! & ~HAS_TIMESTAMP] ?? this.name;
  }

  rawLabels(i: number): string {
    this.#check(i);
    const start = this.#labelStarts[i]!;
    const end = this.#labelEnds[i]!;
    return start === end ? "" : this.#source.slice(start, end);
  }

  blockLength(i: number): number {
    this.#check(i);
    return this.#labelEnds[i]! - this.#labelStarts[i]!;
  }

  blockEquals(i: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.blockLength(i) !== end - start) return false;
    const own = this.#source.bytes;
    for (let k = this.#labelStarts[i]!, other = start; other < end; k++, other++) {
      if (own[k] !== bytes[other]) return false;
    }
    return true;
  }

  copyBlock(i: number, into: Uint8Array, at: number): number {
    const length = this.blockLength(i);
    const start = this.#labelStarts[i]!;
    into.set(this.#source.bytes.subarray(start, start + length), at);
    return at + length;
  }

  labels(i: number): string[] {
    const block = this.rawLabels(i);
    return block === "" ? [] : this.#splitLabels(block);
  }

  value(i: number): number {
    this.#check(i);
    return this.#values[i]!;
  }

  timestamp(i: number): number | undefined {
    this.#check(i);
    return (this.#names[i]! & HAS_TIMESTAMP) === 0 ? undefined : this.#timestamps[i];
  }

  #check(i: number): void {
    if (!(i >= 0 && i < this.length)) throw new RangeError(`no sample ${i}: the family has ${this.length} samples`);
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#names = grown(this.#names, this.#capacity);
    this.#labelStarts = grown(this.#labelStarts, this.#capacity);
    this.#labelEnds = grown(this.#labelEnds, this.#capacity);
    this.#values = grown(this.#values, this.#capacity);
  }
}

type Column = Uint8Array | Int32Array | Float64Array;

function grown<T extends Column>(column: T, capacity: number): T {
  const larger = new (column.constructor as new (length: number) => T)(capacity);
  larger.set(column);
  return larger;
}
