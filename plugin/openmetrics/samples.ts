import { grown } from "./columns.ts";

/** In a sample's code: the sample has a timestamp. */
export const HAS_TIMESTAMP = 0x80;
const FIRST_CAPACITY = 64;

/**
 * Samples in columns: for each what its name adds to the family's, where its labels stand in the text, a value and
 * perhaps a timestamp. 17 bytes a sample, 25 with timestamps, at most half of it unused; nothing else is made of a
 * sample until a consumer asks for it.
 */
export class Samples {
  length = 0;
  /** Which suffix the name has, at most 127, and {@linkcode HAS_TIMESTAMP}. */
  codes: Uint8Array;
  labelStarts: Int32Array;
  labelEnds: Int32Array;
  values: Float64Array;
  /** As long as the other columns once a sample had a timestamp; most texts have none. */
  timestamps = new Float64Array(0);
  #capacity: number;
  readonly #most: number;

  /**
   * @param expected how many samples there may be; more find their room, too
   * @param most how many there are at most, copies not counted
   */
  constructor(expected: number, most: number) {
    const capacity = Math.max(FIRST_CAPACITY, Math.min(expected, most));
    this.#most = most;
    this.codes = new Uint8Array(capacity);
    this.labelStarts = new Int32Array(capacity);
    this.labelEnds = new Int32Array(capacity);
    this.values = new Float64Array(capacity);
    this.#capacity = capacity;
  }

  /** Appends a sample; the label block lies between two offsets of the source. */
  push(code: number, labelsStart: number, labelsEnd: number, value: number): void {
    const i = this.length;
    if (i === this.#capacity) this.#grow(i < this.#most ? Math.min(2 * i, this.#most) : 2 * i);
    this.codes[i] = code;
    this.labelStarts[i] = labelsStart;
    this.labelEnds[i] = labelsEnd;
    this.values[i] = value;
    this.length = i + 1;
  }

  /** Gives the last sample a timestamp, in seconds since the epoch. */
  stamp(timestamp: number): void {
    const i = this.length - 1;
    if (this.timestamps.length < this.values.length) this.timestamps = grown(this.timestamps, this.values.length);
    this.codes[i]! |= HAS_TIMESTAMP;
    this.timestamps[i] = timestamp;
  }

  /** Appends copies of the samples from `start` up to `end`. */
  copy(start: number, end: number): void {
    const to = this.length;
    this.length += end - start;
    let capacity = this.values.length;
    while (capacity < this.length) capacity *= 2;
    if (capacity > this.values.length) this.#grow(capacity);
    this.codes.copyWithin(to, start, end);
    this.labelStarts.copyWithin(to, start, end);
    this.labelEnds.copyWithin(to, start, end);
    this.values.copyWithin(to, start, end);
    if (this.timestamps.length === 0) return;
    this.timestamps = grown(this.timestamps, this.values.length);
    this.timestamps.copyWithin(to, start, end);
  }

  #grow(capacity: number): void {
    this.#capacity = capacity;
    this.codes = grown(this.codes, capacity);
    this.labelStarts = grown(this.labelStarts, capacity);
    this.labelEnds = grown(this.labelEnds, capacity);
    this.values = grown(this.values, capacity);
  }
}
