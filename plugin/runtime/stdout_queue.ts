import { Buffer } from "node:buffer";
import { type StdoutWriter, stdoutWriter } from "./stdout_writer.ts";

/** Text goes together up to so much, in UTF-16 units. */
const TOGETHER = 65_536;
/** How many pieces are written at once. */
const BATCH_PIECES = 64;
/** Pieces up to this go together in one write, in bytes. */
const SMALL = 16_384;

/** A line that is not written yet. Its pieces are made when there is room for them. */
interface Output {
  readonly pieces: Iterator<string | Uint8Array>;
  /** Whether the pieces stay valid until `onWritten` is called. */
  readonly stay: boolean;
  /** Called when all is written, or never will be. */
  readonly onWritten: (() => void) | undefined;
  /** A piece that was made and has to wait for those before it. */
  next: Uint8Array | undefined;
  /** There are no more pieces, but perhaps `next`. */
  ended: boolean;
  /** How many of its pieces are not written yet. */
  waiting: number;
  /** Bytes that it has at most; `Infinity` where nobody knows before they are made. */
  readonly size: number;
}

/**
 * stdout for a process that must go on while nobody reads: deadlines, signals and other runs do not wait for a host that
 * is slow. Lines keep their order. What a slow reader leaves is not made yet, but for one piece of it, so that long
 * reports do not pile up as text beside their values; how many lines may wait is for the caller to bound, by
 * {@linkcode StdoutQueue.atMost}.
 */
export class StdoutQueue {
  readonly #writer: StdoutWriter;
  #outputs: Output[] = [];
  /** Pieces that wait for the reader, in their order: those of the first line, of the second, and so on. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #busy = false;
  #closed = false;
  /** Called when the reader has gone away: further output is pointless. */
  onClosed: () => void = () => {};
  #listeners: { readonly most: number; readonly resolve: () => void }[] = [];

  /** @param writer the best one for this process' stdout unless another is given */
  constructor(writer: StdoutWriter = stdoutWriter()) {
    this.#writer = writer;
  }

  /**
   * Writes text, and bytes that are valid until the next piece is asked for; with `onWritten` until that is called.
   *
   * @param pieces an array where the length is known
   * @param onWritten called when all is written, or the reader has gone away
   */
  write(pieces: Iterable<string | Uint8Array>, onWritten?: () => void): void {
    if (this.#closed) return onWritten?.();
    const size = Array.isArray(pieces) ? pieces.reduce((sum, piece) => sum + piece.length, 0) : Infinity;
    this.#outputs.push({
      pieces: pieces[Symbol.iterator](),
      stay: onWritten !== undefined,
      onWritten,
      next: undefined,
      ended: false,
      waiting: 0,
      size,
    });
    if (!this.#busy) this.#writeAll();
  }

  /** Resolves when at most so many bytes wait for the reader, or it has gone away. */
  atMost(bytes: number): Promise<void> {
    if (this.#unread() <= bytes) return Promise.resolve();
    return new Promise((resolve) => this.#listeners.push({ most: bytes, resolve }));
  }

  /** Resolves when everything is written, or the reader has gone away. */
  drained(): Promise<void> {
    return this.atMost(0);
  }

  /** Whether the reader has gone away. */
  get isClosed(): boolean {
    return this.#closed;
  }

  #unread(): number {
    let bytes = 0;
    for (const { size } of this.#outputs) bytes += size;
    return bytes;
  }

  /** Writes what the reader has room for; the rest follows when it reads on. */
  #writeAll(): void {
    for (;;) {
      this.#make();
      this.#finish();
      if (this.#waiting.length === 0) break;
      const written = this.#writeSome();
      if (typeof written !== "number") {
        this.#busy = true;
        void written.then(this.#goOn, this.#fail);
        return;
      }
      this.#drop(written);
    }
    this.#tell();
  }

  /** Makes pieces while there is room; of a line whose pieces do not stay, one at a time. */
  #make(): void {
    for (const output of this.#outputs) {
      while (output.stay || output.waiting === 0) {
        if (this.#waitingBytes >= this.#writer.batch || this.#waiting.length >= BATCH_PIECES) return;
        const piece = nextPiece(output);
        if (piece === undefined) break;
        output.waiting++;
        this.#waitingBytes += piece.length;
        this.#waiting.push(piece);
      }
      if (!isMade(output)) return;
    }
  }

  /** Takes off lines that are written, of which the first ones are always the first. */
  #finish(): void {
    for (;;) {
      const [first] = this.#outputs;
      if (first === undefined || first.waiting > 0 || !isMade(first)) return;
      this.#outputs.shift();
      first.onWritten?.();
    }
  }

  #writeSome(): number | Promise<number> {
    try {
      return this.#writer.write(this.#waiting);
    } catch {
      this.#close();
      return 0;
    }
  }

  /** What follows a write that had to wait. */
  readonly #goOn = (written: number): void => {
    this.#busy = false;
    this.#drop(written);
    this.#tell();
    this.#writeAll();
  };

  readonly #fail = (): void => {
    this.#busy = false;
    this.#close();
  };

  /** Takes what is written off what waits. */
  #drop(written: number): void {
    let left = written;
    this.#waitingBytes -= written;
    for (const output of this.#outputs) {
      while (output.waiting > 0) {
        const [first] = this.#waiting;
        if (first === undefined || left === 0) return;
        if (left < first.length) {
          this.#waiting[0] = first.subarray(left);
          return;
        }
        left -= first.length;
        this.#waiting.shift();
        output.waiting--;
      }
    }
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const outputs = this.#outputs;
    this.#outputs = [];
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#tell();
    for (const { onWritten } of outputs) onWritten?.();
    this.onClosed();
  }

  #tell(): void {
    if (this.#listeners.length === 0) return;
    const unread = this.#unread();
    const ready = this.#listeners.filter(({ most }) => unread <= most);
    this.#listeners = this.#listeners.filter(({ most }) => unread > most);
    for (const { resolve } of ready) resolve();
  }
}

const isMade = ({ ended, next }: Output) => ended && next === undefined;

/** The next bytes of a line; small pieces go together. `undefined`: there are no more. */
function nextPiece(output: Output): Uint8Array | undefined {
  const ready = output.next;
  if (ready !== undefined) {
    output.next = undefined;
    return ready;
  }
  let text = "";
  while (!output.ended && text.length < TOGETHER) {
    const { done, value } = output.pieces.next();
    if (done) output.ended = true;
    else if (typeof value === "string") text += value;
    else if (value.length < SMALL) text += Buffer.from(value.buffer, value.byteOffset, value.length).toString("utf8");
    else if (text === "") return value;
    else output.next = value;
    if (output.next !== undefined) break;
  }
  return text === "" ? undefined : Buffer.from(text, "utf8");
}
