import { OutOfTimeError } from "../runtime/bounds.ts";
import { type LineReceiver, LineSplitter } from "./lines.ts";
import { LogFileError } from "./log_error.ts";
import { type FileBounds, isRecognisable, isSameFile, LogFile } from "./log_file.ts";
import { pause } from "./pause.ts";
import { findUnread } from "./rotated.ts";
import type { Cursor } from "./cursor.ts";

/** Of how much of a log, in bytes, a first run that starts at the end takes the last values of gauges. */
const LOOK_BACK = 1_048_576;

/** How long a log may be away while it is rotated, in milliseconds. */
const ROTATION_MS = 100;

/** What following one log needs of its run. */
export interface FollowRun {
  /** Where the last run ended, `null` where there was no file; `undefined` for the first run. */
  readonly before: Cursor | null | undefined;
  /** Milliseconds since the epoch of the last run. */
  readonly seenAtMs: number;
  /** Where a first run starts. */
  readonly start: "beginning" | "end";
  /**
   * Receives the lines of a file.
   *
   * @param isNew `false` for lines before the start of a first run
   */
  readonly receiver: (path: string, isNew: boolean) => LineReceiver;
  /** When to stop after a whole line, on the clock of `monotonicMs`; each run gets on by one nevertheless. */
  readonly isTimeToStop: () => boolean;
  /** No access to a file takes longer. */
  readonly bounds: FileBounds;
}

/** What became of one log. */
export interface Followed {
  /** For the next run. */
  readonly cursor: Cursor | null | undefined;
  /** Why the log cannot be read; what had been rotated away was read nevertheless. */
  readonly error: LogFileError | undefined;
  /** When the log was written last, in milliseconds since the epoch. */
  readonly mtimeMs: number | undefined;
  /** Bytes that were read, after decompression. */
  readonly bytes: number;
  /** The time was up before the end. */
  readonly behind: boolean;
  /** What happened to files on the way. */
  readonly notes: readonly string[];
}

/**
 * Reads what was written to a log since the last run, through rotation and truncation.
 *
 * @throws {OutOfTimeError} when the run is cancelled; at its deadline the result says what was read until then
 */
export async function followLog(path: string, run: FollowRun): Promise<Followed> {
  const follower = new Follower(path, run);
  const opened = await openPatiently(path, run);
  const [current, error] = opened instanceof LogFile ? [opened, undefined] : [undefined, opened];
  try {
    const cursor = await follower.follow(current, error?.reason === "missing");
    const { bytes, behind, notes } = follower;
    return { cursor, error, mtimeMs: current?.mtimeMs, bytes, behind, notes };
  } finally {
    await current?.close();
  }
}

/** Opens a log. Where it was there at the last run it may just be rotated: between two files a logger takes a moment. */
async function openPatiently(path: string, { before, bounds }: FollowRun): Promise<LogFile | LogFileError> {
  const opened = await tryOpen(path, bounds);
  if (opened instanceof LogFile || opened.reason !== "missing" || !before) return opened;
  try {
    await pause(ROTATION_MS, bounds);
  } catch (thrown) {
    if (isDeadline(thrown)) return opened;
    throw thrown;
  }
  return await tryOpen(path, bounds);
}

async function tryOpen(path: string, bounds: FileBounds): Promise<LogFile | LogFileError> {
  try {
    return await LogFile.open(path, bounds);
  } catch (error) {
    if (error instanceof LogFileError) return error;
    throw error;
  }
}

function isDeadline(thrown: unknown): boolean {
  return (thrown instanceof OutOfTimeError && thrown.why === "deadline") ||
    (thrown instanceof LogFileError && thrown.reason === "timeout");
}

class Follower {
  bytes = 0;
  behind = false;
  readonly notes: string[] = [];

  constructor(readonly path: string, readonly run: FollowRun) {}

  /** @param missing there is no current file; a file that is there, but cannot be read, may hold old lines */
  async follow(current: LogFile | undefined, missing: boolean): Promise<Cursor | null | undefined> {
    const { before, start } = this.run;
    if (before === undefined || before === null) {
      if (current === undefined) return missing ? null : before;
      if (before === undefined && start === "end") return await this.#lookBack(current);
      return await this.#read(current, 0, false, false);
    }
    if (current !== undefined && isSameFile(current.identity, before) && current.continues(before)) {
      return await this.#resume(current, before);
    }
    try {
      return await this.#throughRotation(current, before);
    } catch (thrown) {
      if (!isDeadline(thrown)) throw thrown;
      this.behind = true;
      return before;
    }
  }

  async #throughRotation(current: LogFile | undefined, before: Cursor): Promise<Cursor> {
    const unread = await findUnread(this.path, before, current, this.run.seenAtMs, this.run.bounds);
    if (!unread.found && current !== undefined && isRecognisable(before) && current.continues(before)) {
      // A file system without lasting inodes, or a copy in place of the file.
      return await this.#resume(current, before);
    }
    if (!unread.found && current !== undefined && before.offset > 0) {
      this.notes.push(`${this.path} was truncated or replaced; what was written to it after the last run is lost`);
    }
    let cursor: Cursor = before;
    for (const { path, offset, skipping } of unread.files) {
      cursor = await this.#readRotated(path, offset, skipping, unread.found ? undefined : before) ?? cursor;
      if (this.behind) return cursor;
    }
    return current === undefined ? cursor : await this.#read(current, 0, false, false);
  }

  #resume(current: LogFile, { offset, skipping }: Cursor): Promise<Cursor> {
    return this.#read(current, offset, skipping ?? false, false);
  }

  async #lookBack(current: LogFile): Promise<Cursor> {
    const from = Math.max(0, current.size - LOOK_BACK);
    const splitter = new LineSplitter(this.run.receiver(this.path, false), from, from > 0);
    try {
      for await (const chunk of current.chunks(from)) splitter.push(chunk);
    } catch (thrown) {
      if (!isDeadline(thrown)) throw thrown;
      // What was not looked at is before the start all the same.
      return current.cursor(current.size, true);
    }
    return current.cursor(splitter.offset, splitter.skipping);
  }

  /**
   * Reads a file that will not grow any more; `undefined` where that cannot be done.
   *
   * @param missed where the last run ended, if that file was not found
   */
  async #readRotated(
    path: string,
    offset: number,
    skipping: boolean,
    missed: Cursor | undefined,
  ): Promise<Cursor | undefined> {
    let file: LogFile;
    try {
      file = await openRotated(path, this.run.bounds);
    } catch (error) {
      if (!(error instanceof LogFileError)) throw error;
      if (error.reason === "timeout") {
        this.behind = true;
        return undefined;
      }
      this.notes.push(`${error.message}; what it held after the last run is lost`);
      return undefined;
    }
    try {
      // What was searched for in vain, while it was being compressed.
      const isMissed = missed !== undefined && isRecognisable(missed) && file.continues(missed);
      if (isMissed) return await this.#read(file, missed.offset, missed.skipping ?? false, true);
      return await this.#read(file, offset, skipping, true);
    } finally {
      await file.close();
    }
  }

  async #read(file: LogFile, offset: number, skipping: boolean, isLast: boolean): Promise<Cursor> {
    const splitter = new LineSplitter(this.run.receiver(file.path, true), offset, skipping);
    let at = offset;
    try {
      for await (const chunk of file.chunks(offset)) {
        splitter.push(chunk);
        this.bytes += chunk.length;
        at += chunk.length;
        // Each run has to get on by a line, or none would ever see the end.
        this.behind = splitter.offset > offset && (file.compressed || at < file.size) && this.run.isTimeToStop();
        if (this.behind) break;
      }
    } catch (thrown) {
      if (isDeadline(thrown)) this.behind = true;
      else if (thrown instanceof LogFileError) this.notes.push(`${thrown.message}; the rest is lost`);
      else throw thrown;
    }
    if (isLast && !this.behind) splitter.end();
    return file.cursor(splitter.offset, splitter.skipping);
  }
}

/** Opens a rotated file, or the compressed one in its place: log4j deletes a file once it has compressed it. */
async function openRotated(path: string, bounds: FileBounds): Promise<LogFile> {
  try {
    return await LogFile.open(path, bounds);
  } catch (error) {
    if (path.endsWith(".gz")) throw error;
    return await LogFile.open(`${path}.gz`, bounds).catch(() => Promise.reject(error));
  }
}
