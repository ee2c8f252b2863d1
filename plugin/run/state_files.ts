import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { chmod, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import * as v from "valibot";
import type { State } from "../report/report.ts";

/** A larger file is none of ours, in bytes. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Longest `check_id` that is a file name by itself, in characters. */
const MAX_PLAIN_NAME = 100;

const fileSchema = v.object({ version: v.literal(1), key: v.string(), state: v.record(v.string(), v.unknown()) });

/** What is on disk, by path: an unchanged state is not written again. */
const onDisk = new Map<string, string>();
/** The write under way, by path: the next one waits for it. */
const writing = new Map<string, Promise<void>>();

const digestOf = (key: string) => createHash("sha256").update(key).digest("hex");

/** What a file says of whose it is: an instance as text holds secrets, its digest none. */
const ownerOf = (key: string, isCheckId: boolean) => isCheckId ? key : digestOf(key);

/** A file name for a key: the `check_id` itself where it is harmless and short, else with a digest of it. */
export function stateFileName(key: string, isCheckId: boolean): string {
  const digest = digestOf(key);
  if (!isCheckId) return `instance-${digest}.json`;
  const plain = key.replace(/[^A-Za-z0-9_.-]/g, "_").replace(/^\.+/, "_").slice(0, MAX_PLAIN_NAME);
  return plain === key ? `${plain}.json` : `${plain}-${digest.slice(0, 16)}.json`;
}

/** Reads a state; a file that is not there is a first run, one that cannot be read is told and is a first run too. */
export async function readStateFile(
  directory: string,
  key: string,
  isCheckId: boolean,
  onProblem: (message: string) => void,
): Promise<State | undefined> {
  const path = join(directory, stateFileName(key, isCheckId));
  let text: string;
  try {
    text = await readRegularFile(path);
  } catch (thrown) {
    if (!isMissing(thrown)) onProblem(`state file ${path} cannot be read, starting afresh: ${reason(thrown)}`);
    return undefined;
  }
  const read = v.safeParse(fileSchema, parseJson(text));
  if (!read.success || read.output.key !== ownerOf(key, isCheckId)) {
    onProblem(`state file ${path} holds no state of this instance, starting afresh`);
    return undefined;
  }
  onDisk.set(path, text);
  return read.output.state;
}

/** Not the like of a named pipe, which nobody may ever write to, and not more than could be ours. */
async function readRegularFile(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new TypeError("it is no file");
    if (found.size > MAX_FILE_BYTES) throw new RangeError(`it has ${found.size} bytes`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/**
 * Writes a state, for its owner only, to a temporary file that is synced and renamed: a kill at any moment leaves the
 * old state or the new one. Failures are told.
 */
export async function writeStateFile(
  directory: string,
  key: string,
  isCheckId: boolean,
  state: State,
  onProblem: (message: string) => void,
): Promise<void> {
  const path = join(directory, stateFileName(key, isCheckId));
  const text = JSON.stringify(
    { version: 1, key: ownerOf(key, isCheckId), state } satisfies v.InferInput<typeof fileSchema>,
  );
  const before = writing.get(path) ?? Promise.resolve();
  const write = before.then(async () => {
    if (onDisk.get(path) === text) return;
    try {
      await replaceFile(directory, path, text);
      onDisk.set(path, text);
    } catch (thrown) {
      onDisk.delete(path);
      onProblem(`state cannot be kept in ${path}: ${reason(thrown)}; set state_dir to a directory that can be written`);
    }
  });
  writing.set(path, write);
  await write;
  if (writing.get(path) === write) writing.delete(path);
}

/** A temporary file older than this was left by a process that was killed, in milliseconds. */
const ABANDONED_AFTER_MS = 3_600_000;
const swept = new Set<string>();

/** Removes what killed processes left behind, once a directory. */
async function sweep(directory: string): Promise<void> {
  if (swept.has(directory)) return;
  swept.add(directory);
  for (const name of await readdir(directory)) {
    if (!name.endsWith(".tmp")) continue;
    const path = join(directory, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
  }
}

async function replaceFile(directory: string, path: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await sweep(directory);
  const temporary = `${path}.${process.pid}-${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(temporary, 0o600);
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {});
    throw thrown;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isMissing = (thrown: unknown) => thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
const reason = (thrown: unknown) => thrown instanceof Error ? thrown.message : String(thrown);
