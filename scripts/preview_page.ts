import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Goes with uPlot wherever it goes. */
const NOTICE = "/* With uPlot, Copyright (c) 2022 Leon Sorokin, MIT License: https://github.com/leeoniya/uPlot */";

/** The page of the preview as a module: its script, made of plugin/preview/page by Bun, and its style. */
export async function previewPage(root: URL): Promise<string> {
  const folder = new URL("plugin/preview/page/", root);
  const { stdout } = await promisify(execFile)(
    fileURLToPath(new URL("node_modules/.bin/bun", root)),
    ["build", fileURLToPath(new URL("main.ts", folder)), "--minify", "--target=browser", "--format=iife"],
    { cwd: fileURLToPath(root), maxBuffer: 16 * 1024 * 1024 },
  );
  const style = await readFile(new URL("style.css", folder), "utf8");
  const charts = await readFile(new URL("node_modules/uplot/dist/uPlot.min.css", root), "utf8");
  // Neither may end the element that it stands in.
  const script = `${NOTICE}\n${stdout.trim()}`.replaceAll("</script", "<\\/script");
  return [
    "// Made by `deno task generate` of plugin/preview/page: the script and the style of the page.",
    "",
    `export const SCRIPT = ${JSON.stringify(script)};`,
    `export const STYLE = ${JSON.stringify(`${charts.trim()}\n${minified(style)}`)};`,
    "",
  ].join("\n");
}

/** Without the blanks that only people need. */
function minified(style: string): string {
  return style.replaceAll(/\s*\n\s*/g, "\n").replaceAll(/\/\*.*?\*\//gs, "").trim();
}
