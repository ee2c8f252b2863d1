import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assetsIn, embeddedAssets, validateAssets } from "../assets/mod.ts";
import { setExitStatus, writeStdout } from "../runtime/stdout.ts";
import { oneLine } from "../text/mod.ts";
import { UsageError } from "./usage_error.ts";

/** What a folder with assets has. */
const MANIFEST = "manifest.json";

/** Something is wrong with the assets, or they could not be written. */
const FAILED = 1;

/** `assets list`: the files inside this program, with their sizes. */
export async function listAssets(): Promise<void> {
  const encoder = new TextEncoder();
  for (const [path, text] of await embeddedAssets()) {
    writeStdout(`${String(encoder.encode(text).length).padStart(8)}  ${path}\n`);
  }
}

/**
 * `assets extract`: writes the files inside this program. One that is there already with another text is left alone, and
 * said, unless `force` is set.
 */
export async function extractAssets(directory: string, force: boolean): Promise<void> {
  const kept: string[] = [];
  let written = 0;
  for (const [path, text] of await embeddedAssets()) {
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

/** `assets validate`: a line for each thing that is wrong. */
export async function validateFiles(folder: string | undefined, format: "text" | "json"): Promise<void> {
  const here = folder ?? (await isThere(MANIFEST) ? "." : undefined);
  let texts: Map<string, string>;
  try {
    texts = here === undefined ? await embeddedAssets() : await assetsIn(here);
  } catch (error) {
    throw new UsageError(
      `${here ?? ""}: ${messageOf(error)}`,
      "name a folder with a manifest.json and a folder assets",
    );
  }
  const findings = await validateAssets(texts);
  if (format === "json") writeStdout(`${JSON.stringify({ findings }, null, 2)}\n`);
  else {
    for (const { file, line, message } of findings) writeStdout(`${oneLine(`${file}:${line}: ${message}`)}\n`);
    const origin = here === undefined ? "the files inside this program" : here;
    const verdict = findings.length === 0
      ? "fine"
      : findings.length === 1
      ? "1 finding"
      : `${findings.length} findings`;
    writeStdout(`${oneLine(origin)}: ${texts.size} files, ${verdict}\n`);
  }
  if (findings.length > 0) setExitStatus(FAILED);
}

const isThere = (path: string): Promise<boolean> => access(path).then(() => true, () => false);

function cannotWrite(path: string, error: unknown): UsageError {
  return new UsageError(`${path} cannot be written: ${messageOf(error)}`, "name a directory that you may write to");
}

const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error);
