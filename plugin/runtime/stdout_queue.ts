import { Buffer } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, writeSync, writev } from "node:fs";
import process from "node:process";

/** Larger single writes come back short, silently, on a non-blocking pipe. */
const SLICE = 65_536;
/** What a thread is given to write at once, in bytes and in pieces: each call of it costs the time of a small scrape. */
const BATCH = 1_048_576;
const BATCH_PIECES = 64;
/** How long to wait for a reader before trying again, in milliseconds; it doubles up to the longest. */
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;
/** Pieces up to this go together in one write, in bytes. */
const SMALL = 16_384;

/** What is not written yet. */
interface Kept {
  bytes: Uint8Array;
  /** Called when the pieces up to this one are written, or never will be. */
  onWritten?: () => void;
}

/**
 * stdout for a process that must go on while nobody reads: deadlines, signals and other runs do not wait for a host that
 * is slow. What cannot be written yet is kept, in order; what is kept is for the caller to bound, by {@linkcode roomy}.
 *
 * A pipe is opened once more, so that it does not block us and stays as it is for the host, which may share our
 * description of it. What does not fit, or cannot be opened so (Deno's permissions, sockets, terminals), is written by
 * the runtime's threads.
 */
export class StdoutQueue {
  readonly #own: number | undefined = openWithoutBlocking();
  #kept: Kept[] = [];
  #keptBytes = 0;
  #busy = false;
  #closed = false;
  /** Called when the reader has gone away: further output is pointless. */
  onClosed: () => void = () => {};
  #waiting: { readonly most: number; readonly resolve: () => void }[] = [];

  /**
   * Writes text, and bytes that are valid until the next piece is asked for; with `onWritten` until that is called.
   *
   * @param onWritten called when all is written, or the reader has gone away
   */
  write(pieces: Iterable<string | Uint8Array>, onWritten?: () => void): void {
    let text = "";
    for (const piece of pieces) {
      if (typeof piece === "string") {
        text += piece;
      } else if (piece.length < SMALL) {
        text += Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString("utf8");
      } else {
        if (text !== "") this.#take(Buffer.from(text, "utf8"), true);
        text = "";
        this.#take(piece, onWritten !== undefined);
      }
    }
    if (text !== "") this.#take(Buffer.from(text, "utf8"), true);
    if (onWritten === undefined) return;
    const last = this.#kept.at(-1);
    if (last === undefined) onWritten();
    else last.onWritten = onWritten;
  }

  /** Resolves when at most so many bytes are kept, or the reader has gone away. */
  roomy(most: number): Promise<void> {
    if (this.#closed || this.#keptBytes <= most) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ most, resolve }));
  }

  /** Resolves when everything is written, or the reader has gone away. */
  drained(): Promise<void> {
    return this.roomy(0);
  }

  /** Whether the reader has gone away. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** @param stays the bytes need not be copied */
  #take(bytes: Uint8Array, stays: boolean): void {
    if (this.#closed) return;
    const written = this.#own !== undefined && this.#kept.length === 0 ? this.#writeNow(this.#own, bytes) : 0;
    if (this.#closed || written === bytes.length) return;
    const rest = bytes.subarray(written);
    // Not `slice`: a Buffer's shares its memory.
    this.#kept.push({ bytes: stays ? rest : new Uint8Array(rest) });
    this.#keptBytes += rest.length;
    if (!this.#busy) void this.#empty();
  }

  /** Writes as much as the pipe takes now; returns how much that is. */
  #writeNow(fd: number, bytes: Uint8Array): number {
    let at = 0;
    try {
      while (at < bytes.length) at += writeSync(fd, bytes, at, Math.min(SLICE, bytes.length - at));
    } catch (thrown) {
      if (!isFull(thrown)) this.#close();
    }
    return at;
  }

  async #empty(): Promise<void> {
    this.#busy = true;
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.#closed) {
      const [first] = this.#kept;
      if (first === undefined) break;
      // A thread that waits in the system wakes up as soon as there is room.
      const now = this.#own === undefined ? 0 : this.#writeNow(this.#own, first.bytes);
      const written = now > 0 || this.#closed ? now : await this.#writeInThread();
      this.#drop(written);
      this.#tell();
      if (written > 0) pauseMs = FIRST_PAUSE_MS;
      else await new Promise((resolve) => setTimeout(resolve, pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)));
    }
    this.#busy = false;
  }

  async #writeInThread(): Promise<number> {
    const batch: Uint8Array[] = [];
    let size = 0;
    for (const { bytes } of this.#kept) {
      if (size >= BATCH || batch.length === BATCH_PIECES) break;
      batch.push(bytes);
      size += bytes.length;
    }
    try {
      return await writeSome(batch);
    } catch (thrown) {
      if (!isFull(thrown)) this.#close();
      return 0;
    }
  }

  /** Takes what is written off what is kept. */
  #drop(written: number): void {
    let left = written;
    while (left > 0) {
      const [first] = this.#kept;
      if (first === undefined) break;
      const { bytes, onWritten } = first;
      if (left < bytes.length) {
        first.bytes = bytes.subarray(left);
        break;
      }
      left -= bytes.length;
      this.#kept.shift();
      onWritten?.();
    }
    this.#keptBytes = Math.max(0, this.#keptBytes - written);
  }

  #close(): void {
    this.#closed = true;
    const kept = this.#kept;
    this.#kept = [];
    this.#keptBytes = 0;
    if (this.#own !== undefined && this.#own !== 1) closeSync(this.#own);
    this.#tell();
    for (const { onWritten } of kept) onWritten?.();
    this.onClosed();
  }

  #tell(): void {
    const ready = this.#waiting.filter(({ most }) => this.#keptBytes <= most);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter(({ most }) => this.#keptBytes > most);
    for (const { resolve } of ready) resolve();
  }
}

function openWithoutBlocking(): number | undefined {
  if (process.platform !== "linux" || process.versions.bun === undefined) return undefined;
  try {
    const stdout = fstatSync(1);
    // A file is written at once: there is no reader to wait for.
    if (stdout.isFile()) return 1;
    return stdout.isFIFO() ? openSync("/proc/self/fd/1", constants.O_WRONLY | constants.O_NONBLOCK) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes some of the pieces to stdout in another thread; Deno's `fs.write` would hold this one up. */
function writeSome(pieces: readonly Uint8Array[]): Promise<number> {
  const [first = new Uint8Array()] = pieces;
  if (process.versions.bun === undefined) return Deno.stdout.write(first.subarray(0, SLICE));
  return new Promise((resolve, reject) => {
    writev(1, pieces, null, (error, written) => error ? reject(error) : resolve(written));
  });
}

function isFull(thrown: unknown): boolean {
  return thrown instanceof Error &&
    (thrown.name === "WouldBlock" || ("code" in thrown && thrown.code === "EAGAIN"));
}
