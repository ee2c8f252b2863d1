/**
 * Compiles the plugin into one executable with Bun: `dist/torchserve-check`, or with `--target` one for another
 * platform (`bun-linux-arm64`, `bun-darwin-arm64`, `bun-windows-x64`, …).
 */
import { mkdir } from "node:fs/promises";
import process from "node:process";
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
    "--minify",
    "--bytecode",
    "--format=esm",
    // A configuration in the working directory of the host must not reach the plugin.
    "--splitting",
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    // A start compiles nothing; what goes on for longer asks for it (plugin/runtime/jit.ts).
    "--compile-jit-policy=10",
    ...target === undefined ? [] : [`--target=${target}`],
    "plugin/main.ts",
    "--outfile",
    `dist/torchserve-check${suffix}`,
  ], { cwd: root, quiet: true });
}
