import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "../run.ts";
import { type Entry, textEntry } from "./format/entry.ts";
import { npmPackage } from "./npm.ts";
import type { Package, Release } from "./release.ts";

const NAME = "openmetrics-ts";

/** Inside of the package: Node's own module, or what takes its place in a browser. */
const BYTES = "#bytes";

/**
 * The parsers alone, as JavaScript with types, for Node.js, Deno, Bun and browsers. `deno pack` makes both of the sources;
 * types only of what is public.
 */
export async function openmetricsPackage(release: Release): Promise<Package> {
  const folder = await mkdtemp(join(tmpdir(), "openmetrics-"));
  try {
    const base = pathToFileURL(`${folder}/`);
    await cp(new URL("plugin/openmetrics/", release.root), new URL("src/", base), { recursive: true });
    await writeFile(
      new URL("deno.json", base),
      JSON.stringify({
        name: `@${NAME}/${NAME}`,
        version: release.version,
        license: "Apache-2.0",
        exports: "./src/mod.ts",
      }),
    );
    await run([Deno.execPath(), "pack", "--no-source-maps", "--allow-dirty", "--output", "packed.tgz"], {
      cwd: base,
      quiet: true,
    });
    await run(["tar", "-xzf", "packed.tgz"], { cwd: base });
    return await packed(release, new URL("package/src/", base));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function packed(release: Release, compiled: URL): Promise<Package> {
  const own = new URL("openmetrics/", import.meta.url);
  const files: Entry[] = await Promise.all((await readdir(compiled)).map(async (name) => {
    const code = await readFile(new URL(name, compiled), "utf8");
    const content = name.endsWith(".js") ? code.replace('"node:buffer"', `"${BYTES}"`) : code;
    return { path: `dist/${name}`, content: new TextEncoder().encode(content) };
  }));
  if (!files.some(({ path }) => path === "dist/mod.d.ts")) throw new Error("deno pack made no types of mod.ts");
  // Node.js takes none of its own modules as the target of an import map.
  const buffers: Entry[] = [
    { path: "dist/browser_buffer.js", content: await readFile(new URL("browser_buffer.js", own)) },
    textEntry("dist/node_buffer.js", 'export { Buffer, isAscii, isUtf8 } from "node:buffer";\n'),
  ];
  return await npmPackage(
    release,
    {
      name: NAME,
      version: release.version,
      description: "Parsers of OpenMetrics 1.0 and of Prometheus' text format: fast, bounded, without dependencies",
      keywords: ["openmetrics", "prometheus", "metrics", "parser"],
      license: "Apache-2.0",
      type: "module",
      sideEffects: false,
      exports: { ".": { types: "./dist/mod.d.ts", default: "./dist/mod.js" } },
      imports: { [BYTES]: { browser: "./dist/browser_buffer.js", default: "./dist/node_buffer.js" } },
      engines: { node: ">=20" },
    },
    [...files, ...buffers, textEntry("BENCH.md", await parsersBench(release.root))],
    await readFile(new URL("README.md", own)),
  );
}

/** What bench/RESULTS.md says of parsers, with the machine that it was measured on. */
async function parsersBench(root: URL): Promise<string> {
  const results = await readFile(new URL("bench/RESULTS.md", root), "utf8");
  const [head = "", ...chapters] = results.split(/^(?=## )/m);
  const parsers = chapters.find((chapter) => chapter.startsWith("## Parsers"));
  if (parsers === undefined) throw new Error("bench/RESULTS.md has no chapter Parsers: run deno task bench --write");
  return `${head}${parsers.trimEnd()}\n`;
}
