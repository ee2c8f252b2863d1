import { realpath, stat } from "node:fs/promises";
import { replaceFile, sweep } from "../runtime/replace_file.ts";
import { errorCode, OutputError, writeStdout } from "../runtime/stdout.ts";
import { dirname } from "node:path";

/** Where the text of a round goes. */
export type Output = (text: string) => Promise<void>;

/** To standard output, one round after the other. */
export const toStdout: Output = (text) => Promise.resolve(writeStdout(text));

/** What everybody may read, unless a file is there that says otherwise: its reader is another user. */
const NEW_FILE = 0o644;

/**
 * To a file, which has the text of the last round: a reader sees the old text or the new one, never a part. A link is
 * followed.
 *
 * @throws {OutputError} when it cannot be written
 */
export function toFile(path: string): Output {
  let swept: Promise<void> | undefined;
  return async (text) => {
    try {
      const target = await realpath(path).catch(() => path);
      const there = await stat(target).catch(() => undefined);
      if (there !== undefined && !there.isFile()) throw new OutputError("no regular file", path);
      await (swept ??= sweep(dirname(target)));
      await replaceFile(target, text, there === undefined ? NEW_FILE : there.mode & 0o777);
    } catch (thrown) {
      if (thrown instanceof OutputError) throw thrown;
      const code = errorCode(thrown);
      throw new OutputError(code === "ENOENT" ? "ENOENT: there is no such directory" : code, path);
    }
  };
}
