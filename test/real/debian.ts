import { existsSync } from "node:fs";
import process from "node:process";
import { run } from "./command.ts";

/**
 * Installs packages of Debian.
 *
 * @throws {Error} which names them, where it may not.
 */
export async function installPackages(packages: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new Error(`install these packages first (Debian's names): ${packages.join(" ")}`);
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-qq"], env);
  await run("apt-get", [
    "-o",
    "DPkg::Lock::Timeout=300",
    "install",
    "-y",
    "-qq",
    "--no-install-recommends",
    ...packages,
  ], env);
}

/**
 * Installs the packages of those programs (by their paths) that are missing.
 *
 * @throws {Error} which names the packages, where it may not install them.
 */
export async function requirePrograms(packageOf: Readonly<Record<string, string>>): Promise<void> {
  const missing = Object.entries(packageOf).filter(([path]) => !existsSync(path)).map(([, name]) => name);
  if (missing.length > 0) await installPackages(missing);
}
