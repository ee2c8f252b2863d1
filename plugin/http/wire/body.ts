import { HttpError } from "../errors.ts";
import type { BodyMemory } from "./body_memory.ts";

/** A larger piece is freed as soon as it is copied, in bytes: a hundred megabytes of them wait for the garbage collector. */
const LARGE_PIECE = 32_768;

/**
 * Collects the pieces of a body up to a number of bytes, in one piece of memory: of its declared length, else growing.
 * A body that comes byte by byte takes no more than another.
 */
export class BodyCollector {
  /** All of the body so far, and room for more; the only piece itself, while there is only one. */
  #memory: Uint8Array = new Uint8Array();
  /** The memory, where it was made here. */
  #own: ArrayBuffer | undefined;
  #length = 0;
  readonly #maxBytes: number;
  readonly #address: string;
  readonly #declared: number | undefined;
  readonly #stage: string;
  readonly #shared: BodyMemory | undefined;

  /**
   * @param declared The `content-length` field, if there is one.
   * @param stage What was done to the bytes that are counted, for messages: ` after decompression`.
   * @param shared Memory of bodies that were read.
   * @throws {HttpError} `limit`, when more than `maxBytes` are declared.
   */
  constructor(address: string, maxBytes: number, declared?: string, stage = "", shared?: BodyMemory) {
    this.#address = address;
    this.#maxBytes = maxBytes;
    this.#declared = declaredLength(declared);
    this.#stage = stage;
    this.#shared = shared;
    if (this.#declared !== undefined && this.#declared > maxBytes) throw this.#tooLarge();
  }

  /**
   * @param piece belongs to the collector from now on
   * @throws {HttpError} `limit`, when the body grows beyond the bound
   */
  add(piece: Uint8Array): void {
    const start = this.#length;
    this.#length += piece.length;
    if (this.#length > this.#maxBytes) throw this.#tooLarge();
    if (start === 0 && piece.length >= (this.#declared ?? 0)) {
      this.#memory = piece;
      return;
    }
    if (this.#length > this.#memory.length) this.#grow(start);
    this.#memory.set(piece, start);
    if (piece.length >= LARGE_PIECE) free(piece);
  }

  /** The whole body. */
  take(): Uint8Array {
    return this.#memory.length === this.#length ? this.#memory : this.#memory.subarray(0, this.#length);
  }

  /** Says that nobody reads the body any more: its memory serves another one. */
  release(): void {
    if (this.#own !== undefined) this.#shared?.giveBack(this.#own);
    this.#own = undefined;
    this.#memory = new Uint8Array();
    this.#length = 0;
  }

  #grow(used: number): void {
    const wanted = Math.max(this.#length, this.#declared ?? 0, Math.min(2 * this.#memory.length, this.#maxBytes));
    if (this.#own !== undefined) {
      // What is grown out of is free at once; a copy would leave it to the garbage collector.
      this.#own = this.#own.transfer(wanted);
      this.#memory = new Uint8Array(this.#own);
      return;
    }
    this.#own = this.#shared?.take(wanted) ?? new ArrayBuffer(wanted);
    const memory = new Uint8Array(this.#own);
    memory.set(this.#memory.subarray(0, used));
    this.#memory = memory;
  }

  #tooLarge(): HttpError {
    const seen = this.#declared !== undefined && this.#declared > this.#maxBytes
      ? `${this.#declared} bytes`
      : `at least ${this.#length} bytes${this.#stage}`;
    return tooLarge(this.#address, seen, this.#maxBytes);
  }
}

/** Gives the memory of a piece back, where no other has part of it. */
function free({ buffer, length }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0);
}

/** The number that a `content-length` field declares, in bytes; `undefined` without one, or when it is no number. */
export function declaredLength(field: string | null | undefined): number | undefined {
  return typeof field === "string" && /^\d+$/.test(field) ? Number(field) : undefined;
}

/** The error of a body over the bound; `seen` says how much of it is known, as `at least 70 bytes`. */
function tooLarge(address: string, seen: string, maxBytes: number): HttpError {
  return new HttpError(
    "limit",
    `The answer of ${address} has ${seen}; max_response_bytes allows ${maxBytes}`,
    "raise max_response_bytes if an answer of that size is expected",
    "too_large",
  );
}
