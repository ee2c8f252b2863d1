import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { run } from "../run.ts";

/** What deno.lock says of the packages from npm, by `name@version`. */
export async function lockedPackages(root: URL): Promise<Map<string, LockedPackage>> {
  const lock = JSON.parse(await readFile(new URL("deno.lock", root), "utf8"));
  return new Map(Object.entries<LockedPackage>(lock.npm));
}

export interface LockedPackage {
  readonly integrity: string;
  readonly dependencies?: readonly string[];
}

/**
 * A package from npm that the build needs and nobody installs, such as the runtime of another platform, in
 * `.cache/packages`. It comes from the registry that npm is configured with.
 *
 * @param integrity of its archive, as lock files have it: `sha512-…`
 * @throws {Error} where the archive is another one
 */
export async function fetchPackage(root: URL, name: string, version: string, integrity: string): Promise<URL> {
  const cache = new URL(".cache/packages/", root);
  const folder = new URL(`${name.replace("/", "+")}@${version}/`, cache);
  if (existsSync(folder)) return new URL("package/", folder);
  await mkdir(cache, { recursive: true });
  const temporary = new URL(`${await mkdtemp(fileURLToPath(new URL("fetch-", cache)))}/`, "file:");
  try {
    await run(["npm", "pack", "--silent", `${name}@${version}`], { cwd: temporary, quiet: true });
    const [archive = ""] = await readdir(temporary);
    const got = `sha512-${createHash("sha512").update(await readFile(new URL(archive, temporary))).digest("base64")}`;
    if (got !== integrity) {
      throw new Error(`${name}@${version}: the archive has the digest ${got}, and deno.lock wants ${integrity}`);
    }
    await run(["tar", "-xzf", archive], { cwd: temporary });
    await rm(new URL(archive, temporary));
    await rename(temporary, folder).catch((error) => {
      // Another build was faster.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return new URL("package/", folder);
}
