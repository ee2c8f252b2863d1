import { randomUUID } from "node:crypto";
import { chmod, lstat, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";

/** A temporary file older than this was left by a process that was killed, in milliseconds. */
const ABANDONED_AFTER_MS = 3_600_000;
const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
/** The names of our temporary files, and of no one else's: `.torchserve-check-PID-UUID.tmp`. */
const TEMPORARY = new RegExp(`^\\.torchserve-check-\\d+-${UUID}\\.tmp$`);

/** A name for a temporary file that nobody has. */
export const temporaryName = () => `.torchserve-check-${process.pid}-${randomUUID()}.tmp`;

/**
 * Writes a file by way of a hidden temporary one beside it, which is synced and renamed: a reader, and a kill at any
 * moment, see the old text or the new one.
 *
 * @param mode its permissions, whatever those of the old file were
 * @throws what the file system says
 */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const temporary = join(dirname(path), temporaryName());
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(temporary, mode);
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {});
    throw thrown;
  }
}

/**
 * Removes the temporary files that killed processes of ours left behind. The directory may hold files of others: they
 * are not touched, whatever they are called.
 */
export async function sweep(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(directory, name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isFile() && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) {
      await rm(path, { force: true }).catch(() => {});
    }
  }
}
