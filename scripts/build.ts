/**
 * Compiles the plugin into one executable with Bun, for this machine: `dist/torchserve-check`. `deno task release`
 * builds for the other platforms, and makes packages.
 */
import { mkdir } from "node:fs/promises";
import { compile } from "./release/compile.ts";
import { sourceCommit } from "./release/commit.ts";

const root = new URL("..", import.meta.url);
await mkdir(new URL("dist/", root), { recursive: true });
const { id } = await sourceCommit(root);
await compile({ root, output: new URL("dist/torchserve-check", root), commit: id });
