import process from "node:process";
import { isTerminal } from "./terminal.ts";

/** What Bun writes files with. */
interface FileSink {
  /** Bytes that are written, or kept to be flushed; a promise where there is no room for them. */
  write(bytes: Uint8Array): number | Promise<number>;
  flush(): number | Promise<number>;
}

interface BunFile {
  /** `Infinity` for what is no regular file. */
  readonly size: number;
  writer(): FileSink;
}

declare const Bun: { file(file: number | string): BunFile } | undefined;

/** Larger single writes come back short, silently, on a non-blocking pipe. */
const SLICE = 65_536;
/** How long to wait for a reader before trying again, in milliseconds; it doubles up to the longest. */
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;

/** Writes to stdout in a way that holds nothing up, whether the reader reads or not. */
export interface StdoutWriter {
  /** What it is best given at once, in bytes: with a call that writes one piece, 1. */
  readonly batch: number;
  /**
   * Writes some of the pieces, which stay valid until then; not called again before.
   *
   * @returns how many bytes are written; a promise where they wait for the reader
   * @throws or rejects when the reader has gone away
   */
  write(pieces: readonly Uint8Array[]): number | Promise<number>;
}

/** The best way to write to this process' stdout. */
export function stdoutWriter(): StdoutWriter {
  const sink = openSink();
  return sink === undefined ? new ThreadWriter() : new SinkWriter(sink);
}

/**
 * A pipe is opened once more, so that it does not block us and stays as it is for the host, which may share our
 * description of it. A file is written where it is: there is no reader to wait for. Sockets cannot be opened; a terminal
 * that is opened may become ours.
 */
function openSink(): FileSink | undefined {
  if (typeof Bun === "undefined" || process.platform !== "linux") return undefined;
  try {
    const stdout = Bun.file(1);
    if (Number.isFinite(stdout.size)) return stdout.writer();
    return isTerminal(1) ? undefined : Bun.file("/proc/self/fd/1").writer();
  } catch {
    return undefined;
  }
}

/** By Bun's own sink, without `node:fs`, which takes two milliseconds of a start (bench: start). */
class SinkWriter implements StdoutWriter {
  readonly batch = 1;
  readonly #sink: FileSink;

  constructor(sink: FileSink) {
    this.#sink = sink;
  }

  write([piece = new Uint8Array()]: readonly Uint8Array[]): number | Promise<number> {
    const { length } = piece;
    const written = this.#sink.write(piece);
    if (typeof written !== "number") return this.#flushLater(written, length);
    const flushed = this.#sink.flush();
    return typeof flushed === "number" ? length : flushed.then(() => length);
  }

  async #flushLater(written: Promise<number>, length: number): Promise<number> {
    await written;
    await this.#sink.flush();
    return length;
  }
}

/** By the runtime's threads: one that waits in the system wakes up as soon as there is room. */
class ThreadWriter implements StdoutWriter {
  /** Each call of a thread costs the time of a small scrape. */
  readonly batch = 1_048_576;

  async write(pieces: readonly Uint8Array[]): Promise<number> {
    for (let pauseMs = FIRST_PAUSE_MS;; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        return await writeSome(pieces);
      } catch (thrown) {
        if (!isFull(thrown)) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }
}

/** Writes some of the pieces to stdout in another thread; Deno's `fs.write` would hold this one up. */
function writeSome(pieces: readonly Uint8Array[]): Promise<number> {
  const [first = new Uint8Array()] = pieces;
  if (process.versions.bun === undefined) return Deno.stdout.write(first.subarray(0, SLICE));
  const { writev } = process.getBuiltinModule("node:fs");
  return new Promise((resolve, reject) => {
    writev(1, pieces, null, (error, written) => error ? reject(error) : resolve(written));
  });
}

function isFull(thrown: unknown): boolean {
  return thrown instanceof Error &&
    (thrown.name === "WouldBlock" || ("code" in thrown && thrown.code === "EAGAIN"));
}
