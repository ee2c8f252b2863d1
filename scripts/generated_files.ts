import { toJsonSchema } from "@valibot/to-json-schema";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { configJsonSchema, configSpec, discoveryConfig, exampleConfig } from "../plugin/config/mod.ts";
import { PUBLISHED } from "../plugin/protocol/schemas.ts";
import { datadogDashboard } from "../plugin/assets/datadog/dashboard.ts";
import { datadogMonitor } from "../plugin/assets/datadog/monitor.ts";
import { grafanaDashboard } from "../plugin/assets/grafana/mod.ts";
import { DASHBOARDS } from "../plugin/assets/description/dashboards/mod.ts";
import { MONITORS } from "../plugin/assets/description/monitors/mod.ts";
import { rulesFile } from "../plugin/assets/prometheus/rules_file.ts";
import { loadCatalogue } from "../plugin/catalogue/mod.ts";
import { licensesPages } from "./licenses_page.ts";
import { logsPage } from "./logs_page.ts";
import { troubleshootingPage } from "./troubleshooting_page.ts";
import { previewPage } from "./preview_page.ts";
import { situationsPage } from "./situations_page.ts";
import { formatsPage } from "./formats_page.ts";
import { metricsPage } from "./metrics_page.ts";
import { monitorsPage } from "./monitors_page.ts";
import { optionsPage } from "./options_page.ts";

/** All generated files by path, with their text. */
export async function generatedFiles(root: URL): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  files.set("assets/configuration/spec.yaml", await configSpec());
  files.set("assets/configuration/conf.yaml.example", await exampleConfig());
  files.set("plugin/hosts/datadog/auto_conf.yaml", await discoveryConfig());
  files.set("assets/configuration/conf.schema.json", json(await configJsonSchema()));
  files.set("docs/options.md", optionsPage(GENERATED));
  for (const [name, schema] of Object.entries(PUBLISHED)) {
    const described = toJsonSchema(schema, { errorMode: "ignore" });
    files.set(`assets/protocol/${name}.schema.json`, json({ title: name, ...described }));
  }
  const metrics = await loadCatalogue();
  for (const dashboard of DASHBOARDS) {
    files.set(`assets/dashboards/${dashboard.key}.json`, json(datadogDashboard(dashboard)));
    files.set(`assets/grafana/${dashboard.key}.json`, json(grafanaDashboard(dashboard, { metrics })));
  }
  for (const monitor of MONITORS) files.set(`assets/monitors/${monitor.key}.json`, json(datadogMonitor(monitor)));
  files.set("assets/prometheus/torchserve.rules.yaml", await rulesFile());
  files.set("docs/metrics.md", await metricsPage(root, GENERATED));
  files.set("docs/formats.md", await formatsPage(GENERATED));
  files.set("docs/troubleshooting.md", troubleshootingPage(GENERATED));
  files.set("docs/monitor_situations.md", await situationsPage(GENERATED));
  files.set("docs/logs.md", await logsPage(GENERATED));
  files.set("docs/monitors.md", await monitorsPage(GENERATED));
  const licenses = await licensesPages(root);
  files.set("plugin/cli/licenses.md", licenses.page);
  files.set("NOTICE", licenses.notice);
  files.set("plugin/catalogue/embedded.ts", await embeddedAssets(root, files));
  files.set("plugin/preview/embedded_page.ts", await previewPage(root));
  files.set("docs/decisions/README.md", await decisionsPage(new URL("docs/decisions/", root)));
  return files;
}

const GENERATED = "<!-- Made by `deno task generate`; edit its source instead. -->";

/** The records by number; a record's first line is `# 0015. Title` or `# 0015: Title`. */
async function decisionsPage(folder: URL): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md") && name !== "README.md").sort();
  const rows = await Promise.all(names.map(async (name) => {
    const [first = ""] = (await readFile(new URL(name, folder), "utf8")).split("\n", 1);
    const [, number, title] = /^# (\d{4})[.:] (.+)$/.exec(first) ?? [];
    if (number === undefined || title === undefined || !name.startsWith(`${number}-`)) {
      throw new Error(`docs/decisions/${name}: expected its first line to be "# ${name.slice(0, 4)}. TITLE"`);
    }
    return `- [${number}](${name}) ${title}`;
  }));
  return `# Decisions

${GENERATED}

What was decided, and why; one file for each decision: context, decision, consequence. A record stays when the decision
changes, and says what replaced it. Numbers up to 0009 are about how the program is built, 0010 to 0039 about where it
differs from the Agent's own check, and 0040 and above about TorchServe. A new record takes a free number, and
\`deno task generate\` adds it here.

${rows.join("\n")}
`;
}

/** The assets that lie at the top of the repository. */
const TOP_ASSETS = ["manifest.json", "metadata.csv", "README.md", "CHANGELOG.md"];

/** The module that has all assets inside, each loaded when it is asked for. */
async function embeddedAssets(root: URL, generated: ReadonlyMap<string, string>): Promise<string> {
  const there = await readdir(new URL("assets/", root), { recursive: true, withFileTypes: true });
  const base = fileURLToPath(root);
  const paths = there.filter((entry) => entry.isFile())
    .map((entry) => relative(base, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
  const all = new Set([...TOP_ASSETS, ...paths, ...[...generated.keys()].filter((path) => path.startsWith("assets/"))]);
  const lines = [...all].sort().map((path) =>
    `  ${JSON.stringify(path)}: () => import(${JSON.stringify(`../../${path}`)}, { with: { type: "text" } }),`
  );
  return `// Made by \`deno task generate\`: the files of the assets.

/** Loads the text of each file of the assets, by its path in the repository. */
export const EMBEDDED: Readonly<Record<string, () => Promise<{ readonly default: unknown }>>> = {
${lines.join("\n")}
};
`;
}
