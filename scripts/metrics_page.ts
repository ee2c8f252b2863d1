import { readFile } from "node:fs/promises";
import { csvRows } from "../plugin/catalogue/mod.ts";
import { exposedName } from "../plugin/formats/exposition/mod.ts";
import { measurementAndField } from "../plugin/formats/influx.ts";

type Rows = ReturnType<typeof csvRows>;

/** A service check, of `assets/service_checks.json`. */
interface ServiceCheck {
  readonly check: string;
  readonly description: string;
  readonly groups: readonly string[];
}

/** What the metrics of each API are of: the start of their names, and what stands above their table. */
const CHAPTERS = [
  ["torchserve.openmetrics.", "The metrics endpoint, or the logs"],
  ["torchserve.management_api.", "The management API"],
  ["torchserve.inference_api.", "The inference API"],
] as const;

/** `docs/metrics.md`, of `metadata.csv`, `assets/service_checks.json` and texts. */
export async function metricsPage(root: URL, note: string): Promise<string> {
  const read = (path: string) => readFile(new URL(path, root), "utf8");
  const metrics = csvRows(await read("metadata.csv"));
  const checks: ServiceCheck[] = JSON.parse(await read("assets/service_checks.json"));
  const text = (name: string) => read(`scripts/texts/${name}.md`);
  const chapters = CHAPTERS.flatMap(([start, title]) => [
    `### ${title}`,
    "",
    ...metricTable(metrics.filter((row) => row["metric_name"]?.startsWith(start))),
    "",
  ]);
  return [
    "# Metrics, service checks, events and tags",
    "",
    note,
    "",
    await text("metrics_before"),
    ...chapters,
    "## Service checks",
    "",
    "| service check | status | tags |",
    "| --- | --- | --- |",
    ...checks.map(({ check, description, groups }) =>
      `| \`${check}\` | ${description} | ${codes(groups.filter((tag) => tag !== "host"))} |`
    ),
    "",
    await text("events_tags_telemetry"),
    ...await namesChapter(await text("metric_names"), metrics, checks),
    await text("metrics_log"),
  ].join("\n");
}

function metricTable(rows: Rows): string[] {
  return [
    "| metric | type | unit | meaning | tags |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map((row) =>
      `| \`${row["metric_name"]}\` | ${row["metric_type"]} | ${row["unit_name"]} | ${row["description"]} | ${
        codes((row["sample_tags"] ?? "").split(","))
      } |`
    ),
  ];
}

const codes = (tags: readonly string[]) => tags.filter((tag) => tag !== "").map((tag) => `\`${tag}\``).join(" ");

/** What each metric and service check is called in formats that have names of their own. */
function namesChapter(text: string, metrics: Rows, checks: readonly ServiceCheck[]): string[] {
  const row = (name: string, exposed: string, influx: string) => `| \`${name}\` | \`${exposed}\` | ${influx} |`;
  const inInflux = (name: string) => measurementAndField(name).map((part) => `\`${part}\``).join(" ");
  return [
    text,
    "| name | in Prometheus and OpenMetrics | measurement and field for Telegraf |",
    "| --- | --- | --- |",
    ...metrics.map(({ metric_name: name = "", metric_type: type }) =>
      row(name, exposedName(name, type === "count"), inInflux(name))
    ),
    ...checks.map(({ check }) =>
      row(check, exposedName(check, false), `\`torchserve_service_check,check=${check} status\``)
    ),
    "",
  ];
}
