import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { embeddedFiles } from "../catalogue/mod.ts";

/** Assets at the top of a folder, and the folder of the others. */
const TOP = ["manifest.json", "metadata.csv", "README.md", "CHANGELOG.md"];
const FOLDER = "assets";
/** Larger files are not read, in bytes. */
const MOST_BYTES = 4 * 1024 * 1024;
/** More files are not read. */
const MOST_FILES = 1_000;

/** The assets inside this program: texts by path. */
export async function embeddedAssets(): Promise<Map<string, string>> {
  const texts = await Promise.all(
    Object.entries(await embeddedFiles()).map(async ([path, load]) => [path, textOf((await load()).default)] as const),
  );
  return new Map(texts);
}

/**
 * The assets in a folder.
 *
 * @throws {Error} when it cannot be read, or has far more than assets
 */
export async function assetsIn(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(join(folder, FOLDER), { recursive: true, withFileTypes: true });
  const paths = [
    ...TOP,
    // Links are followed below; what begins with a point is of a system or an editor.
    ...entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith(".")).map(({ parentPath, name }) =>
      relative(folder, join(parentPath, name)).replaceAll("\\", "/")
    ),
  ];
  if (paths.length > MOST_FILES) throw new Error(`${folder} has more than ${MOST_FILES} files under ${FOLDER}`);
  const texts = new Map<string, string>();
  for (const path of paths.sort()) {
    const info = await stat(join(folder, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (info === undefined || !info.isFile()) continue;
    if (info.size > MOST_BYTES) throw new Error(`${path} has more than ${MOST_BYTES} bytes`);
    const bytes = await readFile(join(folder, path));
    texts.set(path, bytes.toString("utf8"));
  }
  return texts;
}

/** Text of an import, whatever a runtime makes of one. */
function textOf(value: unknown): string {
  if (typeof value !== "string") throw new Error("an asset was not embedded as text");
  return value;
}
