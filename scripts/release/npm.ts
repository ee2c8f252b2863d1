import { readFile } from "node:fs/promises";
import { gzip } from "./format/compress.ts";
import { type Entry, textEntry } from "./format/entry.ts";
import { tar } from "./format/tar.ts";
import type { Package, Release } from "./release.ts";
import { type Target, TARGETS } from "./targets.ts";

const SCOPE = "@torchserve-check";
const DESCRIPTION = "Watches PyTorch TorchServe for a host agent: metrics, service checks and events";

/** The package that people install: a launcher, and a dependency for each platform, of which npm takes one. */
export async function launcherPackage(release: Release): Promise<Package> {
  const { version } = release;
  return await npmPackage(release, {
    name: "torchserve-check",
    version,
    description: DESCRIPTION,
    keywords: ["torchserve", "pytorch", "monitoring", "datadog", "prometheus", "telegraf", "nagios"],
    license: "Apache-2.0",
    type: "module",
    bin: { "torchserve-check": "bin/torchserve-check.js" },
    engines: { node: ">=18" },
    optionalDependencies: Object.fromEntries(TARGETS.map(({ name }) => [`${SCOPE}/${name}`, version])),
  }, [
    {
      path: "bin/torchserve-check.js",
      content: await readFile(new URL("npm/launcher.js", import.meta.url)),
      executable: true,
    },
  ]);
}

/** The package of one platform: its executable. */
export async function platformPackage(release: Release, target: Target, executable: Uint8Array): Promise<Package> {
  const { os, cpu, libc } = target.npm;
  return await npmPackage(release, {
    name: `${SCOPE}/${target.name}`,
    version: release.version,
    description: `The executable of torchserve-check for ${target.name}`,
    license: "Apache-2.0",
    preferUnplugged: true,
    os: [os],
    cpu: [cpu],
    ...libc === undefined ? {} : { libc: [libc] },
  }, [{ path: `bin/${target.executable}`, content: executable, executable: true }]);
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly [field: string]: unknown;
}

/** What `npm pack` makes. Without a text of its own it gets the one that all packages have. */
export async function npmPackage(
  release: Release,
  manifest: Manifest,
  files: readonly Entry[],
  readme?: Uint8Array,
): Promise<Package> {
  const read = (path: string) => readFile(new URL(path, release.root));
  const entries: Entry[] = [
    textEntry("package.json", `${JSON.stringify(manifest, null, 2)}\n`),
    { path: "README.md", content: readme ?? await read("scripts/release/readme.md") },
    { path: "LICENSE", content: await read("LICENSE") },
    { path: "NOTICE", content: await read("NOTICE") },
    ...files,
  ];
  const packed = tar(entries.map((entry) => ({ ...entry, path: `package/${entry.path}` })), release.commit.date);
  return {
    file: `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`,
    content: gzip(packed, release.effort),
  };
}
