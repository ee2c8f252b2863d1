/**
 * Compiles the plugin into one executable with Bun: `dist/torchserve-check`, or with `--target` one for another
 * platform (`bun-linux-arm64`, `bun-darwin-arm64`, `bun-windows-x64`, …).
 */
import { mkdir } from "node:fs/promises";
import process from "node:process";
import { COMPILE_FLAGS } from "./compile_flags.ts";
import { run } from "./run.ts";

const root = new URL("..", import.meta.url);
const targets = process.argv.slice(2).flatMap((word) => word.startsWith("--target=") ? [word.slice(9)] : []);

await mkdir(new URL("dist/", root), { recursive: true });
for (const target of targets.length === 0 ? [undefined] : targets) {
  const suffix = target === undefined ? "" : `-${target.replace(/^bun-/, "")}`;
  await run([
    "./node_modules/.bin/bun",
    "build",
    "--compile",
    ...COMPILE_FLAGS,
    "--splitting",
    ...target === undefined ? [] : [`--target=${target}`],
    "plugin/main.ts",
    "--outfile",
    `dist/torchserve-check${suffix}`,
  ], { cwd: root, quiet: true });
}
