import { access } from "node:fs/promises";
import { assetsIn, embeddedAssets, validateAssets } from "../assets/mod.ts";
import { setExitStatus, writeStdout } from "../runtime/stdout.ts";
import { oneLine } from "../text/mod.ts";
import { writeAssetFiles } from "./asset_files.ts";
import { UsageError } from "./usage_error.ts";

/** What a folder with assets has. */
const MANIFEST = "manifest.json";

/** Something is wrong with the assets. */
const FAILED = 1;

/** `assets list`: the files inside this program, with their sizes. */
export async function listAssets(): Promise<void> {
  const encoder = new TextEncoder();
  for (const [path, text] of await embeddedAssets()) {
    writeStdout(`${String(encoder.encode(text).length).padStart(8)}  ${path}\n`);
  }
}

/** `assets extract`: writes the files inside this program. */
export async function extractAssets(directory: string, force: boolean): Promise<void> {
  await writeAssetFiles(directory, await embeddedAssets(), force);
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

const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error);
