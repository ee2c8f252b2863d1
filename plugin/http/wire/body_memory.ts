/** Smaller bodies are not worth keeping memory for, in bytes. */
const LEAST = 128 * 1024;
/** What is kept at most, in bytes. */
const MOST = 16 * 1024 * 1024;

/**
 * The memory of a large body that nobody reads any more, for the next one: where memory is new, the system makes each page
 * of it when it is first written to, which takes longer than reading the page of metrics
 * (bench: versions, scrape "large", connected).
 */
export class BodyMemory {
  #free: ArrayBuffer | undefined;

  /** @returns at least so many bytes of memory that nobody else uses, as they are, or `undefined` */
  take(length: number): ArrayBuffer | undefined {
    const free = this.#free;
    if (length < LEAST || free === undefined || free.byteLength < length) return undefined;
    this.#free = undefined;
    return free;
  }

  /** Gives memory back that nobody reads any more. */
  giveBack(memory: ArrayBuffer): void {
    const { byteLength } = memory;
    if (byteLength >= LEAST && byteLength <= MOST && byteLength > (this.#free?.byteLength ?? 0)) this.#free = memory;
  }
}
