import { toJsonSchema } from "@valibot/to-json-schema";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { configJsonSchema, configSpec, discoveryConfig, exampleConfig } from "../plugin/config/mod.ts";
import { LIMITS } from "../plugin/config/limits.ts";
import { type OptionDoc, optionDocs } from "../plugin/config/option_docs.ts";
import { PUBLISHED } from "../plugin/protocol/schemas.ts";
import { datadogDashboard } from "../plugin/assets/datadog/dashboard.ts";
import { datadogMonitor } from "../plugin/assets/datadog/monitor.ts";
import { grafanaDashboard } from "../plugin/assets/grafana/mod.ts";
import { DASHBOARDS } from "../plugin/assets/description/dashboards/mod.ts";
import { MONITORS } from "../plugin/assets/description/monitors/mod.ts";
import { rulesFile } from "../plugin/assets/prometheus/rules_file.ts";
import { csvRows, loadCatalogue } from "../plugin/catalogue/mod.ts";
import { exposedName } from "../plugin/formats/exposition/mod.ts";
import { measurementAndField } from "../plugin/formats/influx.ts";
import { licensesPages } from "./licenses_page.ts";
import { logsPage } from "./logs_page.ts";
import { situationsPage } from "./situations_page.ts";
import { monitorsPage } from "./monitors_page.ts";

/** All generated files by path, with their text. */
export async function generatedFiles(root: URL): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  files.set("assets/configuration/spec.yaml", await configSpec());
  files.set("assets/configuration/conf.yaml.example", await exampleConfig());
  files.set("plugin/hosts/datadog/auto_conf.yaml", await discoveryConfig());
  files.set("assets/configuration/conf.schema.json", json(await configJsonSchema()));
  files.set("docs/options.md", optionsPage());
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
  files.set("docs/metrics.md", await metricsPage(root));
  files.set("docs/monitor_situations.md", await situationsPage(GENERATED));
  files.set("docs/logs.md", await logsPage(GENERATED));
  files.set("docs/monitors.md", await monitorsPage(GENERATED));
  const licenses = await licensesPages(root);
  files.set("plugin/cli/licenses.md", licenses.page);
  files.set("NOTICE", licenses.notice);
  files.set("plugin/catalogue/embedded.ts", await embeddedAssets(root, files));
  files.set("docs/decisions/README.md", await decisionsPage(new URL("docs/decisions/", root)));
  return files;
}

const GENERATED = "<!-- Made by `deno task generate`; edit its source instead. -->";

const CHAPTERS: readonly (readonly [OptionDoc["group"], string])[] = [
  ["openmetrics", "The metrics endpoint (`openmetrics_endpoint`, `metrics_log`)"],
  ["inference", "The inference API (`inference_api_url`)"],
  ["management", "The management API (`management_api_url`)"],
  ["metrics_log", "Metrics from log files (`metrics_log`)"],
  ["http", "HTTP"],
  ["default", "Every instance"],
];

function optionsPage(): string {
  const docs = optionDocs();
  const chapters = CHAPTERS.flatMap(([group, title]) => [
    `## ${title}`,
    "",
    "| option | type | default | meaning |",
    "| --- | --- | --- | --- |",
    ...docs.filter((doc) => doc.group === group).map(optionRow),
    "",
  ]);
  return ["# Options", "", GENERATED, "", ...chapters, limitsText()].join("\n");
}

function limitsText(): string {
  const n = (name: keyof typeof LIMITS) => LIMITS[name].toLocaleString("en-US");
  return `## Limits

A configuration that exceeds a limit is refused with a message that names it: a file may have ${n("fileCharacters")}
characters, ${n("fileInstances")} instances and ${n("fileValues")} values; an instance ${n("instanceValues")} values, ${
    n("nesting")
  }
levels of nesting, ${n("patterns")} regular expressions of ${n("patternCharacters")} characters together (plain names do
not count), and ${n("headers")} headers in one option; a text ${n("textCharacters")} characters, an address
${n("addressCharacters")}.
`;
}

function optionRow(doc: OptionDoc): string {
  const byDefault = doc.required ? "required" : doc.default === undefined ? "" : `\`${JSON.stringify(doc.default)}\``;
  const notes = [
    ...doc.init ? ["May stand in `init_config` as well."] : [],
  ];
  const text = [doc.text, ...notes].join("\n\n").replaceAll("|", "\\|").replaceAll("<", "&lt;");
  const meaning = text.replace(/\n+ *- /g, "<br>- ").replace(/\s*\n\s*/g, "<br>");
  return `| \`${doc.name}\` | ${doc.type} | ${byDefault} | ${meaning} |`;
}

async function metricsPage(root: URL): Promise<string> {
  const read = (path: string) => readFile(new URL(path, root), "utf8");
  const metrics = csvRows(await read("metadata.csv"));
  const rows = metrics.map((row) =>
    `| \`${row["metric_name"]}\` | ${row["metric_type"]} | ${row["unit_name"]} | ${row["description"]} |`
  );
  const checks: { check: string; description: string }[] = JSON.parse(await read("assets/service_checks.json"));
  return [
    "# Metrics and service checks",
    "",
    `${GENERATED}`,
    "",
    "| metric | type | unit | meaning |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    "| service check | meaning |",
    "| --- | --- |",
    ...checks.map(({ check, description }) => `| \`${check}\` | ${description} |`),
    "",
    ...await namesChapter(metrics, checks.map(({ check }) => check)),
    await read("scripts/texts/metrics_log.md"),
  ].join("\n");
}

/** What each metric and service check is called in formats that have names of their own. */
async function namesChapter(metrics: ReturnType<typeof csvRows>, checks: readonly string[]): Promise<string[]> {
  const row = (name: string, exposed: string, influx: string) => `| \`${name}\` | \`${exposed}\` | ${influx} |`;
  const inInflux = (name: string) => measurementAndField(name).map((part) => `\`${part}\``).join(" ");
  return [
    await readFile(new URL("texts/metric_names.md", import.meta.url), "utf8"),
    "| name | in Prometheus and OpenMetrics | measurement and field for Telegraf |",
    "| --- | --- | --- |",
    ...metrics.map(({ metric_name: name = "", metric_type: type }) =>
      row(name, exposedName(name, type === "count"), inInflux(name))
    ),
    ...checks.map((name) => row(name, exposedName(name, false), `\`torchserve_service_check,check=${name} status\``)),
    "",
  ];
}

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
