import { fileURLToPath } from "node:url";
import { COMPILE_FLAGS } from "../compile_flags.ts";
import { run } from "../run.ts";
import { fetchPackage, lockedPackages } from "./packages.ts";
import type { Target } from "./targets.ts";

export interface CompileOptions {
  readonly root: URL;
  /** The executable; its name becomes part of it. */
  readonly output: URL;
  /** The commit that `version` tells. */
  readonly commit: string | undefined;
  /** For this platform, with its runtime as deno.lock pins it; without it, for this machine. */
  readonly target?: Target;
}

/** Compiles the plugin into one executable with Bun. */
export async function compile({ root, output, commit, target }: CompileOptions): Promise<void> {
  await run([
    "./node_modules/.bin/bun",
    "build",
    "--compile",
    ...COMPILE_FLAGS,
    "--splitting",
    // Each further module takes a hundredth of a start (bench: start): small ones go with one that needs them.
    "--min-chunk-size=16384",
    // Whole bytecode makes the archive for Windows longer than it may be (docs/decisions/0140).
    ...target?.name.startsWith("windows") ? ["--bytecode-depth=0"] : [],
    ...commit === undefined ? [] : ["--define", `TORCHSERVE_CHECK_COMMIT=${JSON.stringify(commit)}`],
    ...target === undefined
      ? []
      : [`--target=${target.bun}`, `--compile-executable-path=${fileURLToPath(await runtime(root, target))}`],
    "plugin/main.ts",
    "--outfile",
    fileURLToPath(output),
  ], { cwd: root, quiet: true });
}

/** Bun itself for a platform. */
async function runtime(root: URL, { runtime, name }: Target): Promise<URL> {
  const packages = await lockedPackages(root);
  const scoped = `@oven/${runtime}`;
  const [key, locked] = [...packages].find(([key]) => key.startsWith(`${scoped}@`)) ?? [];
  if (key === undefined || locked === undefined) throw new Error(`deno.lock has no ${scoped}, the runtime of ${name}`);
  const folder = await fetchPackage(root, scoped, key.slice(scoped.length + 1), locked.integrity);
  return new URL(name.startsWith("windows") ? "bin/bun.exe" : "bin/bun", folder);
}
