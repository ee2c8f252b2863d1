import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { OutOfTimeError, within } from "../runtime/bounds.ts";
import { pause } from "./pause.ts";
import { LogFileError } from "./log_error.ts";
import { type FileBounds, type Identity, identityOf, isRecognisable, isSameFile, LogFile } from "./log_file.ts";
import type { Cursor } from "./cursor.ts";

/** Most rotated files that are looked at, newest first. */
const MAX_ROTATED = 64;

/** How often, and at what interval in milliseconds, is looked while a file is being compressed. */
const MAX_ATTEMPTS = 3;
const ATTEMPT_MS = 100;
const GZIP = ".gz";
/** What follows in the name of a rotated file, unless it is compressed in another way. */
const ROTATED = /^[._-](?!.*\.(?:bz2|xz|zst|lz4|zip|7z|tmp|swp)$)/i;

/** What was rotated away and not read to its end, oldest first; where to start in each. */
export interface Unread {
  readonly files: readonly { readonly path: string; readonly offset: number; readonly skipping: boolean }[];
  /** The file that the cursor is for is among them. */
  readonly found: boolean;
}

interface Candidate {
  readonly path: string;
  readonly mtimeMs: number;
  readonly identity: Identity;
}

/**
 * Looks for what a log was rotated to. TorchServe's `log4j2.xml` (0.12.0) renames `ts_metrics.log` at midnight and at
 * 100 MB to `ts_metrics.dd-MMM.log`, in the language of its locale, and compresses that to `ts_metrics.dd-MMM.log.gz`;
 * logrotate makes `ts_metrics.log.1`, `ts_metrics.log-20261123.gz` and the like. So any file beside the log whose name
 * starts like the log's is looked at, and recognised by its inode and its first bytes, compressed or not.
 *
 * @param current identity of the file that has the log's name now
 * @param sinceMs time of the last run, in milliseconds since the epoch: without the cursor's file, what changed later
 *   was not read
 * @throws {OutOfTimeError} when a bound comes first
 */
export async function findUnread(
  path: string,
  cursor: Cursor,
  current: LogFile | undefined,
  sinceMs: number,
  bounds: FileBounds,
): Promise<Unread> {
  for (let attempt = 1;; attempt++) {
    const { unread, settled } = await search(path, cursor, current, sinceMs, bounds);
    if (unread.found || settled || attempt === MAX_ATTEMPTS) return unread;
    await pause(ATTEMPT_MS, bounds);
  }
}

/** Looks once. It is not settled where a file could not be read: it may just be written, or have been deleted. */
async function search(
  path: string,
  cursor: Cursor,
  current: LogFile | undefined,
  sinceMs: number,
  bounds: FileBounds,
): Promise<{ unread: Unread; settled: boolean }> {
  const candidates = await rotatedFiles(path, current, bounds);
  const sameContent = new Set<Candidate>();
  let known: Candidate | undefined;
  let settled = true;
  for (const candidate of candidates) {
    const match = await compare(candidate, cursor, bounds);
    if (match === "unreadable") settled = false;
    else if (match !== undefined) sameContent.add(candidate);
    // The file itself rather than a copy of it: the copy may be on its way.
    if (match === "file" || (match === "content" && known === undefined)) known = candidate;
  }
  const since = known?.mtimeMs ?? sinceMs;
  const paths = new Set(candidates.map((candidate) => candidate.path));
  const later = candidates.filter((candidate) =>
    candidate.mtimeMs > since && !sameContent.has(candidate) && !isBeingCompressed(candidate, paths)
  );
  const files = later.reverse().map((candidate) => ({ path: candidate.path, offset: 0, skipping: false }));
  if (known === undefined) return { unread: { files, found: false }, settled };
  const rest = { path: known.path, offset: cursor.offset, skipping: cursor.skipping ?? false };
  return { unread: { files: [rest, ...files], found: true }, settled };
}

/** Whether the file that this one is made of is still there. */
function isBeingCompressed({ path }: Candidate, paths: ReadonlySet<string>): boolean {
  return path.endsWith(GZIP) && paths.has(path.slice(0, -GZIP.length));
}

/** Files named like rotated ones, newest first; none where the directory cannot be listed. */
async function rotatedFiles(path: string, current: LogFile | undefined, bounds: FileBounds): Promise<Candidate[]> {
  const directory = dirname(path);
  const name = basename(path);
  const stem = name.replace(/\.log$/, "");
  let names: string[];
  try {
    names = await within(readdir(directory), bounds);
  } catch (thrown) {
    if (thrown instanceof OutOfTimeError) throw thrown;
    return [];
  }
  const candidates: Candidate[] = [];
  for (const entry of names) {
    if (entry === name || !entry.startsWith(stem) || !ROTATED.test(entry.slice(stem.length))) continue;
    try {
      const found = await within(stat(join(directory, entry), { bigint: true }), bounds);
      const identity = identityOf(found);
      const isCurrent = identity.device === current?.identity.device && identity.inode === current.identity.inode;
      if (!found.isFile() || isCurrent) continue;
      candidates.push({ path: join(directory, entry), mtimeMs: Number(found.mtimeNs) / 1e6, identity });
    } catch (thrown) {
      if (thrown instanceof OutOfTimeError) throw thrown;
      // Gone meanwhile: log4j deletes what it has compressed.
    }
  }
  return candidates.sort((a, b) => b.mtimeMs - a.mtimeMs).slice(0, MAX_ROTATED);
}

/** Whether a candidate is the cursor's file, has its content only, or neither. */
async function compare(
  { path, identity }: Candidate,
  cursor: Cursor,
  bounds: FileBounds,
): Promise<"file" | "content" | "unreadable" | undefined> {
  const isFile = isSameFile(identity, cursor);
  if (!isFile && !isRecognisable(cursor)) return undefined;
  let file: LogFile | undefined;
  try {
    file = await LogFile.open(path, bounds);
    return file.continues(cursor) ? (isFile ? "file" : "content") : undefined;
  } catch (error) {
    if (error instanceof LogFileError && error.reason !== "timeout") return "unreadable";
    throw error;
  } finally {
    await file?.close();
  }
}
