import type { BigIntStats } from "node:fs";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type Bounds, within } from "./bounds.ts";

/** Why a file could not be read. `failed`: the operating system's code says it. */
export type FileFailure = "missing" | "denied" | "directory" | "too_large" | "failed";

/** A file that could not be read; the message is one clause, without the path: `does not exist`. */
export class FileError extends Error {
  override readonly name = "FileError";

  /** @param code the operating system's, `ENOENT`; `""` where there is none */
  constructor(readonly reason: FileFailure, readonly path: string, message: string, readonly code = "") {
    super(message);
  }
}

/** What was read, and what the file system says of the file. */
export interface FileContent {
  readonly bytes: Uint8Array;
  readonly stats: BigIntStats;
}

/** Most that is read at once from what tells no size, in bytes. */
const CHUNK = 65_536;
/** How long a named pipe without a writer, or without bytes, is left before the next look, in milliseconds. */
const PIPE_PAUSE_MS = 10;
const NEWLINE = 0x0a;

/**
 * Reads a whole file that somebody else named: at most `maxBytes` of it, and no longer than the bounds. A named pipe is
 * read until its writer closes it, without ever blocking a thread; devices are read like files.
 *
 * @throws {FileError} when it cannot be read, or has more than `maxBytes`
 * @throws {OutOfTimeError} when a bound comes first
 */
export async function readFileWithin(
  path: string,
  { maxBytes, ...bounds }: Bounds & { readonly maxBytes: number },
): Promise<FileContent> {
  const opening = open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  let isLeft = false;
  const reading = opening.then(async (file) => {
    try {
      return await readOpen(path, file, maxBytes, () => isLeft);
    } finally {
      await file.close();
    }
  });
  try {
    return await within(reading, bounds);
  } catch (thrown) {
    isLeft = true;
    throw asFileError(path, thrown);
  }
}

/** The end of a file. */
export interface FileEnd {
  readonly bytes: Uint8Array;
  /** Where in the file it starts; 0 where that is the whole file, else the start of a line. */
  readonly start: number;
  /** When something was last written to the file, in milliseconds since the epoch. */
  readonly mtimeMs: number;
}

/**
 * Reads the end of a regular file that somebody else named: at most `maxBytes` of it, from the start of a line on, and
 * no longer than the bounds.
 *
 * @throws {FileError} when it cannot be read
 * @throws {OutOfTimeError} when a bound comes first
 */
export async function readEndWithin(
  path: string,
  { maxBytes, ...bounds }: Bounds & { readonly maxBytes: number },
): Promise<FileEnd> {
  const reading = open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).then(async (file) => {
    try {
      const stats = await file.stat();
      if (stats.isDirectory()) throw new FileError("directory", path, "is a directory");
      if (!stats.isFile()) throw new FileError("failed", path, "is no regular file");
      const from = Math.max(0, stats.size - maxBytes);
      const bytes = new Uint8Array(stats.size - from);
      let size = 0;
      while (size < bytes.length) {
        const { bytesRead } = await file.read(bytes, size, bytes.length - size, from + size);
        if (bytesRead === 0) break;
        size += bytesRead;
      }
      const { mtimeMs } = stats;
      if (from === 0) return { bytes: bytes.subarray(0, size), start: 0, mtimeMs };
      const line = bytes.indexOf(NEWLINE) + 1;
      return { bytes: bytes.subarray(line, size), start: from + line, mtimeMs };
    } finally {
      await file.close();
    }
  });
  try {
    return await within(reading, bounds);
  } catch (thrown) {
    throw asFileError(path, thrown);
  }
}

/** Reads a whole file as UTF-8; see {@linkcode readFileWithin}. */
export async function readTextWithin(path: string, bounds: Bounds & { readonly maxBytes: number }): Promise<string> {
  return new TextDecoder().decode((await readFileWithin(path, bounds)).bytes);
}

async function readOpen(
  path: string,
  file: FileHandle,
  maxBytes: number,
  isLeft: () => boolean,
): Promise<FileContent> {
  const stats = await file.stat({ bigint: true });
  if (stats.isDirectory()) throw new FileError("directory", path, "is a directory");
  if (stats.isFile() && stats.size > maxBytes) throw tooLarge(path, `has ${stats.size} bytes`, maxBytes);
  const isPipe = stats.isFIFO();
  const pieces: Uint8Array[] = [];
  let size = 0;
  // One byte more than the size: a file that has just grown is read on.
  let next = stats.isFile() && stats.size > 0 ? Number(stats.size) + 1 : CHUNK;
  while (!isLeft()) {
    const piece = new Uint8Array(next);
    const read = await readSome(file, piece, stats.isFile() ? size : null);
    if (read === "later" || (read === 0 && isPipe && size === 0)) {
      await new Promise((resolve) => setTimeout(resolve, PIPE_PAUSE_MS));
      continue;
    }
    if (read === 0) break;
    pieces.push(piece.subarray(0, read));
    size += read;
    if (size > maxBytes) throw tooLarge(path, `has more than ${maxBytes} bytes`, maxBytes);
    next = CHUNK;
  }
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return { bytes: only, stats };
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { bytes, stats };
}

async function readSome(file: FileHandle, piece: Uint8Array, position: number | null): Promise<number | "later"> {
  try {
    return (await file.read(piece, 0, piece.length, position)).bytesRead;
  } catch (thrown) {
    if (codeOf(thrown) === "EAGAIN") return "later";
    throw thrown;
  }
}

function tooLarge(path: string, found: string, maxBytes: number): FileError {
  return new FileError("too_large", path, `${found}; at most ${maxBytes} are read`);
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
}

/** Failures of the file system as {@linkcode FileError}; what is none of them stays as it is. */
function asFileError(path: string, thrown: unknown): unknown {
  const code = codeOf(thrown);
  if (thrown instanceof FileError || code === "") return thrown;
  if (code === "ENOENT" || code === "ENOTDIR") return new FileError("missing", path, "does not exist", code);
  if (code === "EACCES" || code === "EPERM") return new FileError("denied", path, "may not be read by this user", code);
  return new FileError("failed", path, `cannot be read (${code})`, code);
}
