import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { exampleConfig } from "../../plugin/config/mod.ts";
import { type Entry, textEntry } from "./format/entry.ts";
import { zip } from "./format/zip.ts";
import type { Package, Release } from "./release.ts";
import type { Target } from "./targets.ts";

const SUMMARY = "Watches PyTorch TorchServe for a host agent: metrics, service checks and events";

/** The executable as a wheel: `pip install torchserve-check`, `uvx torchserve-check`. */
export async function programWheel(release: Release, target: Target, executable: Uint8Array): Promise<Package> {
  const distribution = `torchserve_check-${release.version}`;
  return await wheel(release, target, "torchserve-check", [
    { path: `${distribution}.data/scripts/${target.executable}`, content: executable, executable: true },
  ], { requires: [], python: ">=3.8" });
}

/**
 * The check of the Datadog Agent as a wheel, executable included: `agent integration install -w` takes it, installs
 * nothing else with it, and names the check after the distribution.
 */
export async function agentWheel(release: Release, target: Target, executable: Uint8Array): Promise<Package> {
  const folder = "datadog_checks/torchserve_check";
  const read = (path: string) => readFile(new URL(path, release.root));
  return await wheel(release, target, "datadog-torchserve-check", [
    textEntry(
      `${folder}/__init__.py`,
      'from .check import TorchserveCheck, __version__\n\n__all__ = ["TorchserveCheck", "__version__"]\n',
    ),
    { path: `${folder}/check.py`, content: await read("plugin/hosts/datadog/torchserve_check.py") },
    textEntry(`${folder}/data/conf.yaml.example`, await exampleConfig()),
    { path: `${folder}/data/auto_conf.yaml`, content: await read("plugin/hosts/datadog/auto_conf.yaml") },
    { path: `${folder}/${target.executable}`, content: executable, executable: true },
  ], { requires: ["datadog-checks-base>=37.0.0"], python: ">=3.11" });
}

/** By the specification of binary distributions, version 1.0. */
async function wheel(
  release: Release,
  target: Target,
  name: string,
  files: readonly Entry[],
  { requires, python }: { readonly requires: readonly string[]; readonly python: string },
): Promise<Package> {
  const distribution = `${name.replaceAll("-", "_")}-${release.version}`;
  const info = `${distribution}.dist-info`;
  const read = async (file: string): Promise<Entry> => ({
    path: `${info}/licenses/${file}`,
    content: await readFile(new URL(file, release.root)),
  });
  const metadata = [
    "Metadata-Version: 2.4",
    `Name: ${name}`,
    `Version: ${release.version}`,
    `Summary: ${SUMMARY}`,
    "License-Expression: Apache-2.0",
    "License-File: LICENSE",
    "License-File: NOTICE",
    "Keywords: torchserve,pytorch,monitoring,datadog,prometheus,telegraf,nagios",
    `Requires-Python: ${python}`,
    ...requires.map((text) => `Requires-Dist: ${text}`),
    "Description-Content-Type: text/markdown",
    "",
    await readFile(new URL("scripts/release/readme.md", release.root), "utf8"),
  ];
  const tags = target.wheel.split(".").map((platform) => `Tag: py3-none-${platform}`);
  const entries = [
    ...files,
    await read("LICENSE"),
    await read("NOTICE"),
    textEntry(`${info}/METADATA`, metadata.join("\n")),
    textEntry(
      `${info}/WHEEL`,
      ["Wheel-Version: 1.0", "Generator: torchserve-check", "Root-Is-Purelib: false", ...tags, ""].join("\n"),
    ),
  ];
  const record = [...entries.map(({ path, content }) => `${path},sha256=${digest(content)},${content.length}`)];
  const all = [...entries, textEntry(`${info}/RECORD`, `${[...record, `${info}/RECORD,,`].join("\n")}\n`)];
  return {
    file: `${distribution}-py3-none-${target.wheel}.whl`,
    content: zip(all, release.commit.date, release.effort.deflate),
  };
}

/** As RECORD has it: base64 for URLs, without padding. */
function digest(content: Uint8Array): string {
  return Buffer.from(createHash("sha256").update(content).digest()).toString("base64url");
}
