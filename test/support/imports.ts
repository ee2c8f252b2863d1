import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";

/** One import of one file of plugin/ by another. */
export interface Import {
  /** The file that imports, by its path in plugin/: `run/run.ts`. */
  readonly from: string;
  /** The file that is imported. */
  readonly to: string;
  /** `type`: gone when the code runs; `lazy`: loaded when the call is reached; `static`: loaded with the importing file. */
  readonly kind: "static" | "lazy" | "type";
}

const PLUGIN = new URL("../../plugin/", import.meta.url);

/** All source files of plugin/, by their paths in it. */
export function pluginFiles(): string[] {
  return readdirSync(fileURLToPath(PLUGIN), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/")).filter((path) => path.endsWith(".ts")).sort();
}

/** All imports of a file, within plugin/. */
export function importsOf(from: string): Import[] {
  const source = readFileSync(new URL(from, PLUGIN), "utf8");
  return readImports(source).filter(({ path }) => path.startsWith("."))
    .map(({ path, kind }) => ({ from, to: posix.join(posix.dirname(from), path), kind }))
    // Text and JSON outside of plugin/ is data: metadata.csv, deno.json.
    .filter(({ to }) => !to.startsWith(".."));
}

/** `import … from "x"`, `export … from "x"`. */
const FROM = /^(?:import|export)\s+(type\s)?([^"'`;=()]*?)\s*from\s+"([^"]+)"/gm;
const BARE = /^import\s+"([^"]+)"/gm;
const CALLED = /(typeof\s+)?\bimport\(\s*"([^"]+)"[^)]*\)(\.[A-Z])?/g;

/** The specifiers that a source text imports. */
export function readImports(source: string): { readonly path: string; readonly kind: Import["kind"] }[] {
  const code = source.replace(/^\s*\/\*[^]*?\*\//gm, "").replace(/^\s*\/\/.*$/gm, "");
  return [
    ...[...code.matchAll(FROM)].map(([, type, names = "", path = ""]) => ({
      path,
      kind: type !== undefined || onlyTypes(names) ? "type" as const : "static" as const,
    })),
    ...[...code.matchAll(BARE)].map(([, path = ""]) => ({ path, kind: "static" as const })),
    ...[...code.matchAll(CALLED)].map(([, type, path = "", member]) => ({
      path,
      kind: type !== undefined || member !== undefined ? "type" as const : "lazy" as const,
    })),
  ];
}

/** `{ type A, type B }`. */
function onlyTypes(names: string): boolean {
  const list = /^\{([^]*)\}$/.exec(names.trim())?.[1]?.split(",").map((name) => name.trim()).filter(Boolean);
  return list !== undefined && list.length > 0 && list.every((name) => name.startsWith("type "));
}

/** The stage of a file: the folder that it lies in; `main.ts` and `version.ts` are their own. */
export function stageOf(path: string): string {
  return path.split("/", 1)[0] ?? path;
}

/** Files that import each other in a circle, types included; one entry for each group (Tarjan's strong components). */
export function circles(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...next.get(from) ?? [], to]);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string) => {
    index.set(file, index.size);
    low.set(file, index.size - 1);
    stack.push(file);
    for (const to of next.get(file) ?? []) {
      if (!index.has(to)) visit(to);
      if (stack.includes(to)) low.set(file, Math.min(low.get(file) ?? 0, low.get(to) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1) found.push(group.sort());
  };
  for (const file of next.keys()) if (!index.has(file)) visit(file);
  return found;
}

/** All that is loaded with these files, before any call. */
export function loadedWith(files: readonly string[], imports: readonly Import[]): Set<string> {
  const loaded = new Set(files);
  for (const file of loaded) {
    for (const { from, to, kind } of imports) if (from === file && kind === "static") loaded.add(to);
  }
  return loaded;
}
