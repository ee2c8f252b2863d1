import type net from "node:net";
import type { HttpError } from "../errors.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Reads a proxy's handshake from a socket. What follows belongs to the target, which is silent until it is spoken to:
 * nothing is lost between this reader and the next.
 */
export class SocketReader {
  readonly #socket: net.Socket;
  #buffer: Uint8Array = new Uint8Array();
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  readonly #onData = (piece: Uint8Array) => {
    const joined = new Uint8Array(this.#buffer.length + piece.length);
    joined.set(this.#buffer);
    joined.set(piece, this.#buffer.length);
    this.#buffer = joined;
    this.#wake?.();
  };
  readonly #onError = (error: Error) => {
    this.#error ??= error;
    this.#wake?.();
  };
  readonly #onClose = () => this.#onError(Object.assign(new Error("closed"), { code: "ECONNRESET" }));

  constructor(socket: net.Socket, exchange: Exchange) {
    this.#socket = socket;
    socket.on("data", this.#onData);
    socket.on("error", this.#onError);
    socket.on("end", this.#onClose);
    socket.on("close", this.#onClose);
    exchange.onAbort((error: HttpError) => {
      this.#onError(error);
      socket.destroy();
    });
  }

  /** The next `length` bytes. */
  async take(length: number): Promise<Uint8Array> {
    await this.#until(() => this.#buffer.length >= length);
    return this.#cut(length);
  }

  /** What comes before an empty line, as Latin-1; `undefined` when none has come within `maxBytes`. */
  async takeHeader(maxBytes: number): Promise<string | undefined> {
    let end = -1;
    await this.#until(() => {
      end = indexOfEmptyLine(this.#buffer);
      return end >= 0 || this.#buffer.length > maxBytes;
    });
    if (end < 0) return undefined;
    return String.fromCharCode(...this.#cut(end + 4).subarray(0, end));
  }

  /** Something came that nobody asked for. */
  get hasMore(): boolean {
    return this.#buffer.length > 0;
  }

  /** Stops reading. */
  release(): void {
    this.#socket.off("data", this.#onData);
    this.#socket.off("error", this.#onError);
    this.#socket.off("end", this.#onClose);
    this.#socket.off("close", this.#onClose);
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#error !== undefined) throw this.#error;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  #cut(length: number): Uint8Array {
    const head = this.#buffer.slice(0, length);
    this.#buffer = this.#buffer.slice(length);
    return head;
  }
}

function indexOfEmptyLine(bytes: Uint8Array): number {
  for (let i = 0; i + 3 < bytes.length; i++) {
    if (bytes[i] === 13 && bytes[i + 1] === 10 && bytes[i + 2] === 13 && bytes[i + 3] === 10) return i;
  }
  return -1;
}
