import { createHash } from "node:crypto";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import type { State } from "../report/mod.ts";
import { type Bounds, within } from "../runtime/bounds.ts";
import { FileError, readFileWithin } from "../runtime/read_file.ts";
import { replaceFile } from "../runtime/replace_file.ts";
import type { InstanceKey } from "./instance.ts";

export { sweep } from "../runtime/replace_file.ts";

/** A larger file is none of ours, in bytes. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Longest `check_id` that is a file name by itself, in characters. */
const MAX_PLAIN_NAME = 100;

const fileSchema = v.object({ version: v.literal(1), key: v.string(), state: v.record(v.string(), v.unknown()) });

const digestOf = (key: string) => createHash("sha256").update(key).digest("hex");

/** What a file says of whose it is: an instance as text holds secrets, its digest none. */
const ownerOf = ({ key, isCheckId }: InstanceKey) => isCheckId ? key : digestOf(key);

/** A file name for a key: the `check_id` itself where it is harmless and short, else with a digest of it. */
export function stateFileName({ key, isCheckId }: InstanceKey): string {
  const digest = digestOf(key);
  if (!isCheckId) return `instance-${digest}.json`;
  const plain = key.replace(/[^A-Za-z0-9_.-]/g, "_").replace(/^\.+/, "_").slice(0, MAX_PLAIN_NAME);
  return plain === key ? `${plain}.json` : `${plain}-${digest.slice(0, 16)}.json`;
}

/** What a state file holds. */
export function stateText(instance: InstanceKey, state: State): string {
  return JSON.stringify({ version: 1, key: ownerOf(instance), state } satisfies v.InferInput<typeof fileSchema>);
}

/**
 * Reads a state; a file that is not there is a first run, one that cannot be read is told and is a first run too.
 *
 * @throws {OutOfTimeError} when a bound comes first
 */
export async function readStateFile(
  directory: string,
  instance: InstanceKey,
  bounds: Bounds,
  onProblem: (message: string) => void,
): Promise<{ readonly state: State; readonly text: string } | undefined> {
  const path = join(directory, stateFileName(instance));
  let text: string;
  try {
    // A named pipe there is none of ours, and waiting for its writer would take the run's time.
    if (!(await within(stat(path), bounds)).isFile()) throw new FileError("failed", path, "is no file");
    text = new TextDecoder().decode((await readFileWithin(path, { ...bounds, maxBytes: MAX_FILE_BYTES })).bytes);
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure !== undefined) onProblem(`the state file ${path} ${failure}: starting afresh`);
    return undefined;
  }
  const read = v.safeParse(fileSchema, parseJson(text));
  if (!read.success || read.output.key !== ownerOf(instance)) {
    onProblem(`the state file ${path} holds no state of this instance: starting afresh`);
    return undefined;
  }
  return { state: read.output.state, text };
}

/** Why a file cannot be read; `undefined` where there is none. */
function asFailure(thrown: unknown): string | undefined {
  if (thrown instanceof FileError) return thrown.reason === "missing" ? undefined : thrown.message;
  if (!(thrown instanceof Error && "code" in thrown)) throw thrown;
  return thrown.code === "ENOENT" ? undefined : `cannot be read (${String(thrown.code)})`;
}

/**
 * Writes a state file, for its owner only, to a temporary file that is synced and renamed: a kill at any moment leaves
 * the old state or the new one.
 *
 * @returns what went wrong; `undefined` when the file is written
 */
export async function writeStateFile(
  directory: string,
  instance: InstanceKey,
  text: string,
): Promise<string | undefined> {
  const path = join(directory, stateFileName(instance));
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await replaceFile(path, text, 0o600);
    return undefined;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return `the state cannot be kept in ${path}: ${reason}; set state_dir to a directory that can be written`;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
