import { readFile, stat } from "node:fs/promises";
import process from "node:process";
import * as v from "valibot";
import { TargetError } from "../responses.ts";
import { readJson } from "../json.ts";

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

/** What tells one writing of the file from the next, without reading it. */
export async function stampOf(path: string): Promise<string> {
  return (await inspect(path)).stamp;
}

/**
 * Reads a `key_file.json`, again for a moment where it is half-written.
 *
 * @throws {TargetError} `config` where the path cannot be one of a key file (no such folder, a folder, not a plain
 * file), else `auth`, since TorchServe writes the file when it starts and removes it when it ends. The message names the
 * path, never the content.
 */
export async function readKeyFile(path: string): Promise<KeyFile> {
  for (let attempt = 1;; attempt++) {
    const { stamp, writtenAtMs } = await inspect(path);
    const text = await orUnreadable(path, readFile(path, "utf8"));
    const content = readJson(text);
    const read = v.safeParse(fileSchema, content);
    if (read.success) {
      const management = keyOf(read.output.management);
      const inference = keyOf(read.output.inference);
      // Each rewriting gives one key a whole life, so the later end is a life away from the writing.
      const lastEndMs = Math.max(management?.expiresAtMs ?? 0, inference?.expiresAtMs ?? 0);
      const lifetimeMs = Math.max(0, lastEndMs - writtenAtMs);
      return { path, management, inference, api: read.output.API?.key, lifetimeMs, stamp };
    }
    if (attempt === ATTEMPTS) throw notAKeyFile(path, text, content);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function keyOf(entry: v.InferOutput<typeof keySchema> | undefined): Key | undefined {
  if (entry === undefined) return undefined;
  // Java writes nanoseconds; engines differ in what they make of more than milliseconds.
  const time = Date.parse((entry["expiration time"] ?? "").replace(/(\.\d{3})\d+/, "$1"));
  return { key: entry.key, expiresAtMs: Number.isNaN(time) ? undefined : time };
}

async function inspect(path: string): Promise<{ stamp: string; writtenAtMs: number }> {
  const found = await orUnreadable(path, stat(path, { bigint: true }));
  if (!found.isFile()) {
    throw new TargetError("config", `token_key_file ${path} is not a file`, "set it to TorchServe's key_file.json");
  }
  if (found.size > MAX_BYTES) {
    throw new TargetError(
      "auth",
      `token_key_file ${path} has ${found.size} bytes: it is no key_file.json`,
      "set it to the key_file.json in the directory that TorchServe was started in",
    );
  }
  return { stamp: `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs}`, writtenAtMs: Number(found.mtimeMs) };
}

function notAKeyFile(path: string, text: string, content: unknown): TargetError {
  const what = text.trim() === "" ? "is empty" : content === undefined ? "is not JSON" : "holds no keys";
  return new TargetError(
    "auth",
    `token_key_file ${path} ${what}`,
    content === undefined
      ? "it may be half-written or cut: TorchServe writes a new one when it is restarted"
      : "set it to the key_file.json in the directory that TorchServe was started in",
  );
}

async function orUnreadable<T>(path: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw await unreadable(path, error);
  }
}

async function unreadable(path: string, error: unknown): Promise<TargetError> {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "EACCES" || code === "EPERM") {
    const found = await stat(path).catch(() => undefined);
    const [message, hint] = notPermitted(path, found, process.getuid?.());
    return new TargetError("auth", message, hint);
  }
  if (code === "ENOENT") {
    const folder = path.replace(/[/\\][^/\\]*$/, "") || "/";
    const folderIsThere = folder === path || await stat(folder).then(() => true, () => false);
    if (folderIsThere) {
      return new TargetError(
        "auth",
        `token_key_file ${path} does not exist`,
        "TorchServe writes it to the directory that it is started in and removes it when it ends: " +
          "check that it runs, with token authorization, and that the path is that directory's",
      );
    }
  }
  const reason = code === "ENOENT" ? `there is no ${path.replace(/[/\\][^/\\]*$/, "")}` : code || "unknown failure";
  return new TargetError(
    "config",
    `token_key_file ${path} cannot be read: ${reason}`,
    "set it to the key_file.json in the directory that TorchServe was started in",
  );
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
