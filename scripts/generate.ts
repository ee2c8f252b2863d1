/**
 * Makes everything that is derived from one source: `deno task generate`, or `--check` to say what is stale.
 *
 * - options (plugin/config) → assets/configuration/spec.yaml, conf.yaml.example, conf.schema.json, docs/options.md,
 *   plugin/hosts/datadog/auto_conf.yaml
 * - protocol (plugin/protocol/schemas.ts) → assets/protocol/*.schema.json
 * - metrics (metadata.csv, service_checks.json) → docs/metrics.md
 * - findings (plugin/doctor/catalogue.ts) → docs/troubleshooting.md
 * - dashboards (plugin/assets/description/dashboards) → assets/dashboards, assets/grafana
 * - log pipeline (assets/logs/torchserve.yaml), sources of logs (plugin/config/descriptions/logs.ts) → docs/logs.md
 * - monitors (plugin/assets/description/monitors) → assets/monitors/*.json, assets/prometheus/torchserve.rules.yaml,
 *   docs/monitors.md
 * - licenses (deno.json, deno.lock, what plugin/ imports) → plugin/cli/licenses.md, NOTICE
 * - the page of the preview (plugin/preview/page) → plugin/preview/embedded_page.ts
 * - decisions (docs/decisions/*.md) → docs/decisions/README.md
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { generatedFiles } from "./generated_files.ts";

const root = new URL("..", import.meta.url);
const check = process.argv.includes("--check");
const files = await generatedFiles(root);
let stale = 0;

for (const [path, text] of files) {
  const there = await readFile(new URL(path, root), "utf8").catch(() => undefined);
  if (there === text) continue;
  stale++;
  if (check) process.stderr.write(`${path} is stale: run deno task generate\n`);
  else await writeFile(new URL(path, root), text);
}
for (const name of await readdir(new URL("assets/protocol/", root))) {
  if (files.has(`assets/protocol/${name}`)) continue;
  stale++;
  process.stderr.write(`assets/protocol/${name} is made by nothing: remove it\n`);
}
if (check && stale > 0) process.exitCode = 1;
