import { HttpError } from "../errors.ts";

/** Many pieces smaller than this are copied together, in bytes: each would cost a hundred bytes by itself. */
const SMALL = 16_384;
/** So many pieces are kept as they are. */
const FEW = 16;

/** Collects the pieces of a body up to a number of bytes; a body that comes byte by byte takes no more memory. */
export class BodyCollector {
  readonly #pieces: Uint8Array[] = [];
  /** Small pieces, copied together, and how much of it is used. */
  #gathered: Uint8Array | undefined;
  #used = 0;
  readonly #maxBytes: number;
  readonly #address: string;
  readonly #declared: number | undefined;
  #length = 0;

  /**
   * @param declared The `content-length` field, if there is one.
   * @throws {HttpError} `limit`, when more than `maxBytes` are declared.
   */
  constructor(address: string, maxBytes: number, declared?: string) {
    this.#address = address;
    this.#maxBytes = maxBytes;
    this.#declared = declaredLength(declared);
    if (this.#declared !== undefined && this.#declared > maxBytes) throw this.#tooLarge();
  }

  /** @throws {HttpError} `limit`, when the body grows beyond the bound. */
  add(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > this.#maxBytes) throw this.#tooLarge();
    if (piece.length < SMALL && this.#pieces.length >= FEW) this.#gather(piece);
    else {
      this.#finishGathered();
      this.#pieces.push(piece);
    }
  }

  /** The whole body. */
  take(): Uint8Array {
    this.#finishGathered();
    const [first] = this.#pieces;
    if (first !== undefined && this.#pieces.length === 1) return first;
    const body = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      body.set(piece, at);
      at += piece.length;
    }
    return body;
  }

  #gather(piece: Uint8Array): void {
    if (this.#gathered === undefined || this.#used + piece.length > this.#gathered.length) {
      this.#finishGathered();
      this.#gathered = new Uint8Array(4 * SMALL);
    }
    this.#gathered.set(piece, this.#used);
    this.#used += piece.length;
  }

  #finishGathered(): void {
    if (this.#gathered !== undefined) this.#pieces.push(this.#gathered.subarray(0, this.#used));
    this.#gathered = undefined;
    this.#used = 0;
  }

  #tooLarge(): HttpError {
    const seen = this.#declared !== undefined && this.#declared > this.#maxBytes
      ? `${this.#declared} bytes`
      : `at least ${this.#length} bytes`;
    return tooLarge(this.#address, seen, this.#maxBytes);
  }
}

/** The number that a `content-length` field declares, in bytes; `undefined` without one, or when it is no number. */
export function declaredLength(field: string | null | undefined): number | undefined {
  return typeof field === "string" && /^\d+$/.test(field) ? Number(field) : undefined;
}

/** The error of a body over the bound; `seen` says how much of it is known, as `at least 70 bytes`. */
export function tooLarge(address: string, seen: string, maxBytes: number): HttpError {
  return new HttpError(
    "limit",
    `The answer of ${address} has ${seen}; max_response_bytes allows ${maxBytes}`,
    "raise max_response_bytes if an answer of that size is expected",
    "too_large",
  );
}
