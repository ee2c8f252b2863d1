import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setExitStatus, writeStdout } from "../runtime/stdout.ts";
import { oneLine } from "../text/mod.ts";
import { UsageError } from "./usage_error.ts";

/** Not all files could be written. */
const FAILED = 1;

/**
 * Writes files to a directory, and says so. One that is there already with another text is left alone, and said, unless
 * `force` is set.
 *
 * @throws {UsageError} when one cannot be written
 */
export async function writeAssetFiles(
  directory: string,
  files: ReadonlyMap<string, string>,
  force: boolean,
): Promise<void> {
  const kept: string[] = [];
  let written = 0;
  for (const [path, text] of files) {
    const target = join(directory, path);
    const there = await readFile(target, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw cannotWrite(target, error);
    });
    if (there === text) continue;
    if (there !== undefined && !force) {
      kept.push(path);
      continue;
    }
    try {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
    } catch (error) {
      throw cannotWrite(target, error);
    }
    written++;
  }
  for (const path of kept) writeStdout(`${oneLine(join(directory, path))}: left alone, its text is another one\n`);
  const hint = kept.length === 0 ? "" : `, ${kept.length} left alone: --force replaces them`;
  writeStdout(`${oneLine(directory)}: ${written} ${written === 1 ? "file" : "files"} written${hint}\n`);
  if (kept.length > 0) setExitStatus(FAILED);
}

function cannotWrite(path: string, error: unknown): UsageError {
  const reason = error instanceof Error ? error.message : String(error);
  return new UsageError(`${path} cannot be written: ${reason}`, "name a directory that you may write to");
}
