import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Bounds, OutOfTimeError, within } from "../runtime/bounds.ts";
import { type Cursor, HEAD_BYTES } from "./cursor.ts";
import { irregular, logError, LogFileError, messageOf } from "./log_error.ts";

/** How much is read at once, in bytes. */
const CHUNK = 65_536;
/** Most of a compressed file that is read, in bytes when decompressed. TorchServe compresses logs of 100 MB. */
const MAX_INFLATED = 1_073_741_824;

/** What no access to a file exceeds. */
export interface FileBounds extends Bounds {
  /** Most of a compressed file that is read, in bytes when decompressed; default 1 GiB. */
  readonly maxInflatedBytes?: number | undefined;
}

/** What tells a file from others, whatever its name. */
export type Identity = Pick<Cursor, "device" | "inode" | "born">;

export function identityOf(stats: { dev: bigint; ino: bigint; birthtimeNs: bigint }): Identity {
  return { device: String(stats.dev), inode: String(stats.ino), born: String(stats.birthtimeNs) };
}

/** Whether a cursor's file had enough content to be recognised by it: more than the time of its first line. */
export function isRecognisable(cursor: Cursor): boolean {
  return cursor.head_length >= 64;
}

/**
 * Whether a file may be the one that a cursor is for; then its first bytes decide. Where it had next to none, it is the
 * time of its creation: not all file systems keep that, and such a file has next to nothing to lose.
 */
export function isSameFile(identity: Identity, cursor: Cursor): boolean {
  return identity.device === cursor.device && identity.inode === cursor.inode &&
    (isRecognisable(cursor) || identity.born === cursor.born);
}

/** An open log, or what was one; compressed ones look like others. No access to it takes longer than its bounds. */
export class LogFile {
  /** What the file starts with, at most {@linkcode HEAD_BYTES}. */
  #head = new Uint8Array(0);

  private constructor(
    readonly path: string,
    readonly compressed: boolean,
    private readonly handle: FileHandle,
    private readonly bounds: FileBounds,
    readonly identity: Identity,
    /** Bytes, when it was opened; of a compressed file those on the disk. */
    readonly size: number,
    readonly mtimeMs: number,
  ) {}

  /**
   * Opens a file; close it afterwards.
   *
   * @throws {LogFileError} where it cannot be read or is no regular file
   * @throws {OutOfTimeError} when the run is cancelled
   */
  static async open(path: string, bounds: FileBounds): Promise<LogFile> {
    try {
      const handle = await openRegular(path, bounds);
      try {
        const stats = await within(handle.stat({ bigint: true }), bounds);
        if (!stats.isFile()) throw irregular(path);
        const { size, mtimeMs } = stats;
        const isCompressed = path.endsWith(".gz");
        const file = new LogFile(
          path,
          isCompressed,
          handle,
          bounds,
          identityOf(stats),
          Number(size),
          Number(mtimeMs),
        );
        file.#head = await file.#readHead();
        return file;
      } catch (thrown) {
        await closeWithin(handle, bounds);
        throw thrown;
      }
    } catch (thrown) {
      throw await logError(path, thrown, bounds);
    }
  }

  close(): Promise<void> {
    return closeWithin(this.handle, this.bounds);
  }

  /** Whether it starts with what a cursor's file started with, and reaches up to the cursor. */
  continues(cursor: Cursor): boolean {
    if (!this.compressed && this.size < cursor.offset) return false;
    return this.#head.length >= cursor.head_length &&
      digest(this.#head.subarray(0, cursor.head_length)) === cursor.head;
  }

  /** Where to go on reading, for the next run. */
  cursor(offset: number, skipping: boolean): Cursor {
    const head = { head: digest(this.#head), head_length: this.#head.length };
    return { ...this.identity, offset, ...head, ...(skipping ? { skipping } : {}) };
  }

  /**
   * The bytes from an offset up to the size that the file had when it was opened. A chunk is valid until the next one
   * is asked for.
   *
   * @throws {LogFileError} for a compressed file that is damaged or has too much in it, after what could be read of it;
   *   where the file system fails
   * @throws {OutOfTimeError} when a bound comes first
   */
  chunks(offset: number): AsyncGenerator<Uint8Array, void, void> {
    return this.compressed ? this.#inflated(offset) : this.#stored(offset, new Uint8Array(CHUNK));
  }

  /** @param buffer what each chunk is read into; without one, each has its own */
  async *#stored(offset: number, buffer?: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
    for (let at = offset; at < this.size;) {
      const chunk = buffer ?? new Uint8Array(CHUNK);
      const { bytesRead } = await this.#read(chunk, Math.min(chunk.length, this.size - at), at);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  async #read(into: Uint8Array, length: number, at: number): Promise<{ bytesRead: number }> {
    try {
      return await within(this.handle.read(into, 0, length, at), this.bounds);
    } catch (thrown) {
      if (thrown instanceof OutOfTimeError) throw thrown;
      throw new LogFileError("failed", `${this.path} cannot be read: ${messageOf(thrown)}`);
    }
  }

  async *#inflated(offset: number): AsyncGenerator<Uint8Array, void, void> {
    const source = Readable.from(this.#stored(0));
    const inflate = createGunzip({ chunkSize: CHUNK });
    source.on("error", (error) => inflate.destroy(error));
    source.pipe(inflate);
    const chunks: AsyncIterator<Uint8Array> = inflate[Symbol.asyncIterator]();
    const most = this.bounds.maxInflatedBytes ?? MAX_INFLATED;
    let at = 0;
    try {
      for (;;) {
        const { value: chunk, done } = await within(chunks.next(), this.bounds);
        if (done === true) return;
        const from = Math.min(chunk.length, Math.max(0, offset - at));
        at += chunk.length;
        if (at > most) {
          throw new LogFileError("too_large", `${this.path} has more than ${most} bytes when decompressed`);
        }
        yield chunk.subarray(from);
      }
    } catch (thrown) {
      if (thrown instanceof OutOfTimeError || thrown instanceof LogFileError) throw thrown;
      throw new LogFileError("damaged", `${this.path} cannot be decompressed to its end: ${messageOf(thrown)}`);
    } finally {
      source.destroy();
      inflate.destroy();
    }
  }

  async #readHead(): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(HEAD_BYTES);
    let length = 0;
    for await (const chunk of this.compressed ? this.#inflated(0) : this.#stored(0, new Uint8Array(HEAD_BYTES))) {
      const part = chunk.subarray(0, HEAD_BYTES - length);
      bytes.set(part, length);
      length += part.length;
      if (length === HEAD_BYTES) break;
    }
    return bytes.subarray(0, length);
  }
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
}

/** Opens a regular file. What is put in its place meanwhile, a named pipe, does not make it wait. */
async function openRegular(path: string, bounds: Bounds): Promise<FileHandle> {
  if (!(await within(stat(path), bounds)).isFile()) throw irregular(path);
  const opening = open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return await within(opening, bounds);
  } catch (thrown) {
    // It may still open, when nobody waits for it any more.
    if (thrown instanceof OutOfTimeError) opening.then((handle) => handle.close()).catch(() => {});
    throw thrown;
  }
}

/** A file system that hangs does not even close files in time. */
async function closeWithin(handle: FileHandle, bounds: Bounds): Promise<void> {
  await within(handle.close(), bounds).catch(() => {});
}
