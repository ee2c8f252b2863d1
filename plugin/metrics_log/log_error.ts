import { lstat, readlink } from "node:fs/promises";
import { type Bounds, OutOfTimeError, within } from "../runtime/bounds.ts";

/**
 * Why a log cannot be read. `missing`: there is no such file; `not_directory`: a part of its path is none; `loop`: a
 * link that leads back to itself; `timeout`: its file system does not answer in time; `damaged` and `too_large`: a
 * compressed file; `failed`: anything else.
 */
export type LogFailure =
  | "missing"
  | "denied"
  | "irregular"
  | "not_directory"
  | "loop"
  | "timeout"
  | "damaged"
  | "too_large"
  | "failed";

/** A log cannot be read; the message has its path. */
export class LogFileError extends Error {
  override readonly name = "LogFileError";

  constructor(readonly reason: LogFailure, message: string) {
    super(message);
  }
}

export function irregular(path: string): LogFileError {
  return new LogFileError("irregular", `${path} is not a regular file`);
}

/** What a failed access says. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** What was thrown while a log was opened, as a {@linkcode LogFileError}, unless the run is cancelled. */
export async function logError(path: string, thrown: unknown, bounds: Bounds): Promise<Error> {
  if (thrown instanceof LogFileError) return thrown;
  if (thrown instanceof OutOfTimeError) {
    return thrown.why === "cancelled"
      ? thrown
      : new LogFileError("timeout", `${path} could not be opened within the run's time`);
  }
  switch (codeOf(thrown)) {
    case "ENOENT": {
      const target = await danglingLink(path, bounds);
      const what = target === undefined ? "does not exist" : `is a link to ${target}, which does not exist`;
      return new LogFileError("missing", `${path} ${what}`);
    }
    case "ENOTDIR":
      return new LogFileError("not_directory", `${path}: a part of the path is not a directory`);
    case "EACCES":
    case "EPERM":
      return new LogFileError("denied", `${path}: permission denied`);
    case "ELOOP":
      return new LogFileError("loop", `${path} is a link that leads back to itself`);
    default:
      return new LogFileError("failed", `${path}: ${messageOf(thrown)}`);
  }
}

async function danglingLink(path: string, bounds: Bounds): Promise<string | undefined> {
  try {
    return (await within(lstat(path), bounds)).isSymbolicLink() ? await within(readlink(path), bounds) : undefined;
  } catch {
    return undefined;
  }
}
