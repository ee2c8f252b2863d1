import type { LabelBlocks } from "../openmetrics/mod.ts";

/**
 * What became of the label sets of one family, by position. A target writes its samples in the same order at every
 * scrape, so comparing bytes with the last scrape's is several times as fast as making strings and looking them up
 * (bench: scrape "large", connected).
 *
 * Memory: a copy of the family's label blocks, 4 bytes and a reference a sample.
 */
export class LabelMemory<Result> {
  #bytes = new Uint8Array(0);
  #ends = new Int32Array(0);
  #results: Result[] = [];
  /**
   * Whether results are to be kept. Those of the first scrape only where another is sure to come: a process that runs
   * once would pay for what nobody asks. Later a second set of results is made beside those that the host's table holds
   * (bench: 6.7 MB, connected, as series, peak memory).
   */
  isAwaited: boolean;

  constructor(isAwaited: boolean) {
    this.isAwaited = isAwaited;
  }

  /** How many results it holds. */
  get size(): number {
    return this.#results.length;
  }

  /** What sample `i` became last time, when it had the same labels there; else `undefined`. */
  recall(blocks: LabelBlocks, i: number): Result | undefined {
    const result = this.#results[i];
    if (result === undefined) return undefined;
    const start = i === 0 ? 0 : this.#ends[i - 1] ?? 0;
    return blocks.blockEquals(i, this.#bytes, start, this.#ends[i] ?? 0) ? result : undefined;
  }

  /** The results of the samples before `end`, all of which were recalled. */
  first(end: number): Result[] {
    return this.#results.slice(0, end);
  }

  /** Keeps what the samples of a family became, one result a sample; it takes them over. */
  keep(blocks: LabelBlocks, results: Result[]): void {
    const { length } = results;
    let total = 0;
    for (let i = 0; i < length; i++) total += blocks.blockLength(i);
    if (this.#bytes.length < total) this.#bytes = new Uint8Array(total);
    if (this.#ends.length < length) this.#ends = new Int32Array(length);
    let end = 0;
    for (let i = 0; i < length; i++) {
      end = blocks.copyBlock(i, this.#bytes, end);
      this.#ends[i] = end;
    }
    this.#results = results;
  }
}
