import { readFile } from "node:fs/promises";
import process from "node:process";
import { EFFORTS, xz } from "./format/compress.ts";
import { tar } from "./format/tar.ts";
import type { Package, Release } from "./release.ts";
import type { Target } from "./targets.ts";

/** What a download should not exceed; drafts may. */
const MAX_BYTES = 42_000_000;

/** The executable with its documents, for people who unpack it themselves. */
export async function archive(release: Release, target: Target, executable: Uint8Array): Promise<Package> {
  const folder = `torchserve-check-${release.version}-${target.name}`;
  const read = (path: string) => readFile(new URL(path, release.root));
  const packed = tar([
    { path: `${folder}/`, content: new Uint8Array() },
    { path: `${folder}/${target.executable}`, content: executable, executable: true },
    { path: `${folder}/LICENSE`, content: await read("LICENSE") },
    { path: `${folder}/NOTICE`, content: await read("NOTICE") },
    { path: `${folder}/README.md`, content: await read("scripts/release/readme.md") },
    { path: `${folder}/CHANGELOG.md`, content: await read("CHANGELOG.md") },
  ], release.commit.date);
  const content = await xz(packed, release.effort, target.npm.cpu === "x64");
  if (content.length > MAX_BYTES && release.effort === EFFORTS.release) {
    process.stderr.write(`${folder}.tar.xz is longer than ${MAX_BYTES / 1e6} MB\n`);
  }
  return { file: `${folder}.tar.xz`, content };
}
