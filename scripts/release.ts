/**
 * Builds what a release is made of into `dist/release`: an executable for each platform, archives, wheels, npm packages,
 * packages of Debian, `openmetrics-ts`, an SBOM, and SHA-256 digests of all. The same commit gives the same bytes.
 *
 * `--only linux-x64,…`: these platforms; `--draft`: little compression, for a look and for tests; `--executables`: no
 * packages; `--output DIR`.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { VERSION } from "../plugin/version.ts";
import { archive } from "./release/archive.ts";
import { sourceCommit } from "./release/commit.ts";
import { compile } from "./release/compile.ts";
import { debianPackage } from "./release/deb.ts";
import { executablesTable, finish } from "./release/executable/mod.ts";
import { EFFORTS } from "./release/format/compress.ts";
import type { Inspection } from "./release/executable/inspection.ts";
import { launcherPackage, platformPackage } from "./release/npm.ts";
import { openmetricsPackage } from "./release/openmetrics.ts";
import type { Package, Release } from "./release/release.ts";
import { sbom } from "./release/sbom.ts";
import { type Target, TARGETS } from "./release/targets.ts";
import { agentWheel, programWheel } from "./release/wheel.ts";

const root = new URL("..", import.meta.url);
const { values } = parseArgs({
  options: {
    only: { type: "string" },
    draft: { type: "boolean" },
    executables: { type: "boolean" },
    output: { type: "string" },
  },
});
const output = values.output === undefined ? new URL("dist/release/", root) : pathToFileURL(`${values.output}/`);
const release: Release = {
  root,
  version: VERSION,
  commit: await sourceCommit(root),
  effort: values.draft === true ? EFFORTS.draft : EFFORTS.release,
};
const digests = new Map<string, string>();

function chosen(): readonly Target[] {
  const names = values.only?.split(",");
  const unknown = names?.find((name) => !TARGETS.some((target) => target.name === name));
  if (unknown !== undefined) {
    throw new Error(`--only ${unknown}: expected some of ${TARGETS.map(({ name }) => name).join(", ")}`);
  }
  return names === undefined ? TARGETS : TARGETS.filter(({ name }) => names.includes(name));
}

async function keep({ file, content }: Package): Promise<void> {
  await writeFile(new URL(file, output), content);
  digests.set(file, createHash("sha256").update(content).digest("hex"));
  process.stderr.write(`${file}: ${(content.length / 1e6).toFixed(1)} MB\n`);
}

/** What an image is made of besides the executables. */
async function document(file: string): Promise<Package> {
  const source = file === "Containerfile" ? `deploy/${file}` : file;
  return { file, content: await readFile(new URL(source, root)) };
}

async function build(target: Target): Promise<Inspection> {
  const folder = new URL(`bin/${target.name}/`, output);
  await mkdir(folder, { recursive: true });
  const file = new URL(target.executable, folder);
  await compile({ root, output: file, commit: release.commit.id, target });
  const { executable, inspection } = finish(await readFile(file), target);
  await keep({ file: `bin/${target.name}/${target.executable}`, content: executable });
  if (values.executables === true) return inspection;
  await keep(await archive(release, target, executable));
  await keep(await programWheel(release, target, executable));
  await keep(await agentWheel(release, target, executable));
  await keep(await platformPackage(release, target, executable));
  if (target.debian !== undefined) await keep(await debianPackage(release, target, executable));
  return inspection;
}

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
const targets = chosen();
const inspections: [Target, Inspection][] = [];
for (const target of targets) inspections.push([target, await build(target)]);
await keep({ file: "executables.md", content: new TextEncoder().encode(executablesTable(inspections)) });
if (values.executables !== true) {
  await keep(await launcherPackage(release));
  await keep(await openmetricsPackage(release));
  for (const file of ["Containerfile", "LICENSE", "NOTICE"]) await keep(await document(file));
  await keep(await sbom(release, targets));
}
const lines = [...digests].sort(([a], [b]) => a < b ? -1 : 1).map(([file, digest]) => `${digest}  ${file}\n`);
await writeFile(new URL("SHA256SUMS", output), lines.join(""));
process.stderr.write(`${fileURLToPath(output)}: ${digests.size} files of commit ${release.commit.id ?? "unknown"}\n`);
