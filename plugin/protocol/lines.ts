import { Buffer } from "node:buffer";

/** A line of input, or one that was too long to keep. */
export type Line = { readonly text: string } | { readonly tooLong: number };

/**
 * Cuts a stream of bytes into lines. A line longer than `maxBytes` is not kept: only its length is told, when it ends.
 */
export class LineReader {
  readonly #maxBytes: number;
  readonly #onLine: (line: Line) => void;
  readonly #decoder = new TextDecoder();
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(maxBytes: number, onLine: (line: Line) => void) {
    this.#maxBytes = maxBytes;
    this.#onLine = onLine;
  }

  push(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      this.#add(bytes.subarray(start, end));
      this.#finish();
      start = end + 1;
    }
    this.#add(bytes.subarray(start));
  }

  /** The input has ended; what follows the last newline is a line as well. */
  end(): void {
    if (this.#length > 0) this.#finish();
  }

  #add(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > this.#maxBytes) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece.slice());
  }

  #finish(): void {
    const length = this.#length;
    const pieces = this.#pieces;
    this.#length = 0;
    this.#pieces = [];
    if (length > this.#maxBytes) {
      this.#onLine({ tooLong: length });
      return;
    }
    const [first] = pieces;
    const bytes = pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces, length);
    this.#onLine({ text: this.#decoder.decode(bytes) });
  }
}
