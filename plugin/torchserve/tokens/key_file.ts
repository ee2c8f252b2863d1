import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import process from "node:process";
import * as v from "valibot";
import { type Bounds, OutOfTimeError, pause, within } from "../../runtime/bounds.ts";
import { type FileContent, FileError, readFileWithin } from "../../runtime/read_file.ts";
import { readJson } from "../json.ts";
import { TargetError } from "../target_error.ts";

/** The APIs that want a key each; the third key of the file, `API`, is for renewing these two. */
export type TokenApi = "inference" | "management";

/** A key of one API. */
export interface Key {
  /** Secret. */
  readonly key: string;
  /** Milliseconds since the epoch; `undefined` where the file does not tell. */
  readonly expiresAtMs: number | undefined;
}

/** TorchServe's `key_file.json` (https://pytorch.org/serve/token_authorization_api.html). */
export interface KeyFile {
  readonly path: string;
  readonly inference: Key | undefined;
  readonly management: Key | undefined;
  /** The key of the token API, good for the life of the server. Secret. */
  readonly api: string | undefined;
  /** How long a new key is good for, in milliseconds, as far as the file tells; 0 where it does not. */
  readonly lifetimeMs: number;
  /** Differs when the file was rewritten or replaced. */
  readonly stamp: string;
}

/** A larger file is no `key_file.json`, in bytes. */
const MAX_BYTES = 65_536;
/** TorchServe rewrites the file in place: it may be found empty or cut for a moment. Milliseconds between attempts. */
const RETRY_MS = 40;
const ATTEMPTS = 5;

const keySchema = v.object({
  key: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,4096}$/)),
  "expiration time": v.optional(v.string()),
});
/** One wrong entry must not hide the others. */
const entry = v.fallback(v.optional(keySchema), undefined);
const fileSchema = v.object({ management: entry, inference: entry, API: entry });

/**
 * What tells one writing of the file from the next, without reading it; `undefined` where it cannot be looked at.
 *
 * @throws {TargetError} `timeout`
 */
export async function stampOf(path: string, bounds: Bounds): Promise<string | undefined> {
  return await inTime(path, async () => {
    const stats = await within(stat(path, { bigint: true }).catch(() => undefined), bounds);
    return stats === undefined ? undefined : stamp(stats);
  });
}

/**
 * Reads a `key_file.json`, again for a moment where it is half-written.
 *
 * @throws {TargetError} `config` where the path cannot be one of a key file (no such folder, or a folder), `timeout` where
 * it cannot be read in time (a named pipe, a file system that hangs), else `auth`, since TorchServe writes the file when
 * it starts and removes it when it ends. The message names the path, never the content.
 * @throws {OutOfTimeError} when the run is cancelled
 */
export async function readKeyFile(path: string, bounds: Bounds): Promise<KeyFile> {
  return await inTime(path, async () => {
    for (let attempt = 1;; attempt++) {
      const { bytes, stats } = await readBytes(path, bounds);
      const text = new TextDecoder().decode(bytes);
      const content = readJson(text);
      const read = v.safeParse(fileSchema, content);
      if (read.success) {
        const management = keyOf(read.output.management);
        const inference = keyOf(read.output.inference);
        // Each rewriting gives one key a whole life, so the later end is a life away from the writing.
        const lastEndMs = Math.max(management?.expiresAtMs ?? 0, inference?.expiresAtMs ?? 0);
        const lifetimeMs = Math.max(0, lastEndMs - Number(stats.mtimeMs));
        return { path, management, inference, api: read.output.API?.key, lifetimeMs, stamp: stamp(stats) };
      }
      if (attempt === ATTEMPTS) throw notAKeyFile(path, text, content);
      await pause(RETRY_MS, bounds);
    }
  });
}

async function readBytes(path: string, bounds: Bounds): Promise<FileContent> {
  try {
    return await readFileWithin(path, { ...bounds, maxBytes: MAX_BYTES });
  } catch (thrown) {
    throw thrown instanceof FileError ? await unreadable(thrown, bounds) : thrown;
  }
}

/** A deadline that came while the file was read, as the failure that it is. */
async function inTime<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof OutOfTimeError) || thrown.why === "cancelled") throw thrown;
    throw new TargetError(
      "timeout",
      `token_key_file ${path} could not be read before the run's deadline`,
      "set it to the key_file.json that TorchServe writes, on a disk that answers: a named pipe gives nothing until " +
        "somebody writes to it",
      { reason: "out_of_time" },
    );
  }
}

function stamp({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${dev} ${ino} ${size} ${mtimeNs}`;
}

function keyOf(entry: v.InferOutput<typeof keySchema> | undefined): Key | undefined {
  if (entry === undefined) return undefined;
  // Java writes nanoseconds; engines differ in what they make of more than milliseconds.
  const time = Date.parse((entry["expiration time"] ?? "").replace(/(\.\d{3})\d+/, "$1"));
  return { key: entry.key, expiresAtMs: Number.isNaN(time) ? undefined : time };
}

function notAKeyFile(path: string, text: string, content: unknown): TargetError {
  const what = text.trim() === "" ? "is empty" : content === undefined ? "is not JSON" : "holds no keys";
  return new TargetError(
    "auth",
    `token_key_file ${path} ${what}`,
    content === undefined
      ? "it may be half-written or cut: TorchServe writes a new one when it is restarted"
      : RIGHT_FILE,
    { reason: "key_file" },
  );
}

const RIGHT_FILE = "set it to the key_file.json in the directory that TorchServe was started in";

async function unreadable({ reason, path, message }: FileError, bounds: Bounds): Promise<TargetError> {
  const unusable = (code: "auth" | "config", text: string, hint = RIGHT_FILE) =>
    new TargetError(code, `token_key_file ${path} ${text}`, hint, { reason: "key_file" });
  switch (reason) {
    case "denied": {
      const found = await within(stat(path).catch(() => undefined), bounds);
      const [text, hint] = notPermitted(path, found, process.getuid?.());
      return new TargetError("auth", text, hint, { reason: "key_file" });
    }
    case "missing": {
      const folder = path.replace(/[/\\][^/\\]*$/, "") || "/";
      const folderIsThere = folder === path || await within(stat(folder).then(() => true, () => false), bounds);
      if (!folderIsThere) return unusable("config", `cannot be read: there is no ${folder}`);
      return unusable(
        "auth",
        "does not exist",
        "TorchServe writes it to the directory that it is started in and removes it when it ends: " +
          "check that it runs, with token authorization, and that the path is that directory's",
      );
    }
    case "directory":
      return unusable("config", "is not a file", "set it to TorchServe's key_file.json");
    case "too_large":
      return unusable("auth", `${message}: it is no key_file.json`);
    case "failed":
      return unusable("config", message);
  }
}

/** Message and hint for a file that this process may not read. */
export function notPermitted(
  path: string,
  found: { readonly uid: number; readonly gid: number; readonly mode: number } | undefined,
  ownUid: number | undefined,
): [message: string, hint: string] {
  const self = ownUid === undefined ? "this process" : `this process (user ${ownUid})`;
  const mode = found === undefined ? "" : (found.mode & 0o777).toString(8).padStart(4, "0");
  const owner = found === undefined ? "" : `: it belongs to user ${found.uid}, group ${found.gid}, mode ${mode}`;
  return [
    `token_key_file ${path} may not be read by ${self}${owner}`,
    "run the host agent as TorchServe's user: TorchServe gives the file mode 0600 whenever it writes it",
  ];
}
