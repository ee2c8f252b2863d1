import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { lockedPackages } from "./packages.ts";

/** A package from npm that is inside the executable. */
export interface InsidePackage {
  readonly name: string;
  readonly version: string;
  /** As deno.lock has it: `sha512-…` in base64. */
  readonly integrity: string;
  /** By SPDX. */
  readonly license: string;
  readonly homepage: string;
  /** The text of its license, where its archive has one. */
  readonly licenseText: string | undefined;
  readonly dependencies: readonly string[];
}

/** Bun, which runs what is inside. */
export interface InsideRuntime {
  readonly version: string;
}

/** `from "x"`, `import("x")` of what is no file of ours. */
const BARE = /(?:\bfrom\s+|\bimport\(\s*)"((?:@[\w.-]+\/)?[a-z][\w.-]*)(?:\/[^"]*)?"/g;

/**
 * What executables consist of besides our own files: the packages that files under plugin/ import, and those that
 * these depend on, by deno.json and deno.lock; and Bun.
 */
export async function inside(root: URL): Promise<{ packages: readonly InsidePackage[]; runtime: InsideRuntime }> {
  const { imports }: { imports: Record<string, string> } = JSON.parse(
    await readFile(new URL("deno.json", root), "utf8"),
  );
  const locked = await lockedPackages(root);
  const wanted = (await importedNames(root)).filter((name) => imports[name]?.startsWith("npm:"));
  const packages = new Map<string, InsidePackage>();
  for (const name of wanted) {
    if (packages.has(name)) continue;
    const [key, entry] = [...locked].find(([key]) => key.startsWith(`${name}@`)) ?? [];
    if (key === undefined || entry === undefined) throw new Error(`deno.lock has no ${name}: run deno install`);
    const dependencies = (entry.dependencies ?? []).map((text) => /^.[^@]*/.exec(text)?.[0] ?? text);
    // Of a version in the lock, what stands behind `_` are its peers.
    const version = key.slice(name.length + 1).replace(/_.*$/, "");
    packages.set(name, { name, version, integrity: entry.integrity, dependencies, ...await installed(root, name) });
    wanted.push(...dependencies);
  }
  const bun = /npm:bun@(.+)/.exec(imports["bun"] ?? "")?.[1];
  if (bun === undefined) throw new Error("deno.json imports no bun");
  return {
    packages: [...packages.values()].sort((a, b) => a.name < b.name ? -1 : 1),
    runtime: { version: bun },
  };
}

async function importedNames(root: URL): Promise<string[]> {
  const folder = new URL("plugin/", root);
  const files = (await readdir(fileURLToPath(folder), { recursive: true })).filter((path) => path.endsWith(".ts"));
  const names = await Promise.all(files.map(async (path) => {
    const source = await readFile(new URL(path.replaceAll("\\", "/"), folder), "utf8");
    return [...source.matchAll(BARE)].map(([, name = ""]) => name);
  }));
  return [...new Set(names.flat())];
}

/** What a package says of itself. */
async function installed(root: URL, name: string) {
  const folder = new URL(`node_modules/${name}/`, root);
  const { license, homepage, repository } = JSON.parse(await readFile(new URL("package.json", folder), "utf8"));
  const file = (await readdir(folder)).find((file) => /^licen[cs]e(\.md|\.txt)?$/i.test(file));
  const address: unknown = homepage ?? (typeof repository === "string" ? repository : repository?.url);
  return {
    license: String(license),
    homepage: String(address).replace(/^git\+/, "").replace(/\.git$/, ""),
    licenseText: file === undefined
      ? undefined
      : (await readFile(new URL(file, folder), "utf8")).replaceAll("\r\n", "\n").trim(),
  };
}
