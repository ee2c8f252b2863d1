import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, lstat, open, readlink, stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import type { Code } from "../report/report.ts";
import type { Cursor } from "./state.ts";

/** How much is read at once, in bytes. */
const CHUNK = 65_536;
/** Of how many bytes at its start a file's content is recognised. */
const HEAD = 256;

/** A log cannot be read. */
export class LogFileError extends Error {
  override readonly name = "LogFileError";

  /** @param missing there is no such file */
  constructor(readonly code: Code, message: string, readonly hint: string | undefined, readonly missing = false) {
    super(message);
  }
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

/** The digest of a file's first bytes, and of how many. */
interface Head {
  readonly head: string;
  readonly length: number;
}

/** An open log, or what was one; compressed ones look like others. */
export class LogFile {
  readonly #handle: FileHandle;

  private constructor(
    readonly path: string,
    readonly compressed: boolean,
    handle: FileHandle,
    readonly identity: Identity,
    /** Bytes, when it was opened; of a compressed file those on the disk. */
    readonly size: number,
    readonly mtimeMs: number,
  ) {
    this.#handle = handle;
  }

  /**
   * Opens a file; close it afterwards.
   *
   * @throws {LogFileError} where it cannot be read or is no regular file
   */
  static async open(path: string): Promise<LogFile> {
    let handle: FileHandle | undefined;
    try {
      // Opening a named pipe would wait for its writer.
      if (!(await stat(path)).isFile()) throw new LogFileError("config", `${path} is not a regular file`, undefined);
      handle = await open(path, "r");
      const stats = await handle.stat({ bigint: true });
      const { size, mtimeMs } = stats;
      return new LogFile(path, path.endsWith(".gz"), handle, identityOf(stats), Number(size), Number(mtimeMs));
    } catch (error) {
      await handle?.close();
      throw error instanceof LogFileError ? error : await explain(path, error);
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /** Whether it starts with what a cursor's file started with, and reaches up to the cursor. */
  async continues(cursor: Cursor): Promise<boolean> {
    if (!this.compressed && this.size < cursor.offset) return false;
    const { head, length } = await this.#head(cursor.head_length);
    return length === cursor.head_length && head === cursor.head;
  }

  /** Where to go on reading, for the next run. */
  async cursor(offset: number, skipping: boolean): Promise<Cursor> {
    const { head, length } = await this.#head(HEAD);
    return { ...this.identity, offset, head, head_length: length, ...(skipping ? { skipping } : {}) };
  }

  /**
   * The bytes from an offset up to the size that the file had when it was opened. A chunk is valid until the next one
   * is asked for.
   *
   * @throws {LogFileError} `parse` for a damaged compressed file, after what could be read of it
   */
  async *chunks(offset: number): AsyncGenerator<Uint8Array, void, void> {
    if (this.compressed) {
      yield* this.#inflated(offset);
      return;
    }
    const buffer = new Uint8Array(CHUNK);
    for (let at = offset; at < this.size;) {
      const { bytesRead } = await this.#handle.read(buffer, 0, Math.min(CHUNK, this.size - at), at);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  async *#inflated(offset: number): AsyncGenerator<Uint8Array, void, void> {
    const source = createReadStream(this.path, { highWaterMark: CHUNK });
    const inflate = createGunzip({ chunkSize: CHUNK });
    source.on("error", (error) => inflate.destroy(error));
    source.pipe(inflate);
    let at = 0;
    try {
      for await (const chunk of inflate as AsyncIterable<Uint8Array>) {
        const from = Math.min(chunk.length, Math.max(0, offset - at));
        at += chunk.length;
        yield chunk.subarray(from);
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LogFileError("parse", `${this.path} cannot be decompressed to its end: ${reason}`, undefined);
    } finally {
      source.destroy();
      inflate.destroy();
    }
  }

  async #head(length: number): Promise<Head> {
    const bytes = new Uint8Array(length);
    let at = 0;
    if (length > 0) {
      for await (const chunk of this.chunks(0)) {
        const part = chunk.subarray(0, length - at);
        bytes.set(part, at);
        at += part.length;
        if (at === length) break;
      }
    }
    return { head: createHash("sha256").update(bytes.subarray(0, at)).digest("base64url").slice(0, 22), length: at };
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

const WHERE = "metrics_log is the directory `logs` where TorchServe was started, or its METRICS_LOCATION";

async function explain(path: string, error: unknown): Promise<LogFileError> {
  switch (codeOf(error)) {
    case "ENOENT": {
      const target = await danglingLink(path);
      const what = target === undefined ? "does not exist" : `is a link to ${target}, which does not exist`;
      return new LogFileError("connect", `${path} ${what}`, `start TorchServe with metrics_mode=log; ${WHERE}`, true);
    }
    case "ENOTDIR":
      return new LogFileError(
        "config",
        `${path}: a part of the path is not a directory`,
        `${WHERE}; single files are given as metrics_log: {ts_metrics: FILE, model_metrics: FILE}`,
      );
    case "EACCES":
    case "EPERM":
      return new LogFileError(
        "auth",
        `${path}: permission denied`,
        "let the user that runs the host agent read the file and enter its directories",
      );
    case "ELOOP":
      return new LogFileError("config", `${path} is a link that leads back to itself`, WHERE);
    default:
      return new LogFileError(
        "connect",
        `${path}: ${error instanceof Error ? error.message : String(error)}`,
        undefined,
      );
  }
}

async function danglingLink(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : undefined;
  } catch {
    return undefined;
  }
}
