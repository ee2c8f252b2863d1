/**
 * Measures ours and its peers side by side, in one run on the same data, and prints ratios. Peers are installed under
 * `.cache/` when they are not there yet; one that cannot be had is named as not measured.
 *
 *     deno task bench [--quick] [--only parsers|scrape|shim|crawl|start|exporter|instances|preview] [--against FILE] [--write] [--no-build]
 *
 * `--against`: beside the executable of another version, too; with `--only versions` that alone. `--quick`: fewer rounds. `--write`: keeps the results in bench/RESULTS.md. `--no-build`: dist/torchserve-check as it is.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { run } from "../scripts/run.ts";
import { type Bench, requireBinary } from "./context.ts";
import { measureCrawl } from "./crawl.ts";
import { measureExporter } from "./exporter.ts";
import { measureInstances } from "./instances.ts";
import { describeMachine } from "./machine.ts";
import { measureParsers } from "./parsers.ts";
import { measurePreview } from "./preview.ts";
import { sectionText, targetsText, writeResults } from "./results.ts";
import { measureScrapes } from "./scrape.ts";
import { measureShim } from "./shim.ts";
import { measureStart } from "./start.ts";
import type { Section } from "./table.ts";
import { measureVersions } from "./versions.ts";

const PARTS: Readonly<Record<string, (bench: Bench) => Promise<Section>>> = {
  parsers: measureParsers,
  scrape: measureScrapes,
  shim: measureShim,
  crawl: measureCrawl,
  start: measureStart,
  exporter: measureExporter,
  instances: measureInstances,
  preview: measurePreview,
};

const { values: options } = parseArgs({
  args: process.argv.slice(2),
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    against: { type: "string" },
    write: { type: "boolean", default: false },
    "no-build": { type: "boolean", default: false },
  },
});
const { only, quick, write, against } = options;
const parts = against === undefined
  ? PARTS
  : { ...PARTS, versions: (bench: Bench) => measureVersions(bench, resolve(against)) };
if (only !== undefined && !Object.hasOwn(parts, only)) {
  refuse(`--only ${only}: there are ${Object.keys(parts).join(", ")}, and versions with --against`);
}
if (only !== undefined && write) refuse("--write keeps the results of all parts: not with --only");

const started = new Date();
const machine = describeMachine();
if (!options["no-build"]) {
  await run([Deno.execPath(), "run", "-A", "scripts/build.ts"], { cwd: new URL("..", import.meta.url) });
}
requireBinary();
const folder = await mkdtemp(join(tmpdir(), "torchserve-check-bench-"));
const say = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};
try {
  process.stdout.write(`${machine.join("\n")}\n`);
  const sections: Section[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (only !== undefined && only !== name) continue;
    const section = await measure({ folder, quick, say });
    say("");
    process.stdout.write(sectionText(section));
    sections.push(section);
  }
  process.stdout.write(targetsText(sections));
  const command = `deno task bench${quick ? " --quick" : ""}${against === undefined ? "" : " --against FILE"} --write`;
  if (write) await writeResults({ command, started, machine, sections });
} finally {
  await rm(folder, { recursive: true, force: true });
}

function refuse(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(2);
}
