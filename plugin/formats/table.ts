import type { CatalogueEntry } from "../catalogue/mod.ts";
import type { Event, Metric, Report, ServiceCheck } from "../report/report.ts";
import type { Paint, Tone } from "./style.ts";

/** What the reader should know besides the report. */
export interface TableContext {
  /** What was checked: an address. */
  readonly title: string;
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
  readonly paint: Paint;
  /** Verdict, error and warnings only. */
  readonly quiet?: boolean;
}

const STATUS_WORDS = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;
const STATUS_TONES: readonly Tone[] = ["good", "doubtful", "bad", "doubtful"];
const REPORT_TONES: Readonly<Record<Report["status"], Tone>> = { ok: "good", partial: "doubtful", error: "bad" };

/** A report for a person who has just changed a configuration: verdict first, then everything that was found. */
export function renderTable(report: Report, context: TableContext): string {
  const { paint, title } = context;
  const lines = [`${paint("strong", title)}  ${paint(REPORT_TONES[report.status], report.status.toUpperCase())}`];
  lines.push(...errorLines(report, paint));
  if (!context.quiet) {
    const common = commonTags(report);
    if (common.length > 0) lines.push(section("Tags of everything", paint), `    ${common.join("  ")}`);
    lines.push(...serviceCheckLines(report.service_checks, common, paint));
    lines.push(...metricLines(report, common, context));
    lines.push(...eventLines(report.events, common, paint));
    const metadata = Object.entries(report.metadata);
    if (metadata.length > 0) {
      lines.push(section("Metadata", paint), ...metadata.map(([name, value]) => `    ${name}  ${value}`));
    }
  }
  if (report.warnings.length > 0) {
    lines.push(section(`Warnings (${report.warnings.length})`, paint));
    for (const { code, message } of report.warnings) lines.push(`    ${paint("doubtful", code.padEnd(8))}  ${message}`);
  }
  lines.push("", paint("faint", `  ${summary(report)}`), "");
  return lines.join("\n");
}

function section(name: string, paint: Paint): string {
  return `\n  ${paint("strong", name)}`;
}

function errorLines({ error }: Report, paint: Paint): string[] {
  if (error === undefined) return [];
  const lines = [
    `\n  ${paint("bad", `Error (${error.code})`)}`,
    ...error.message.split("\n").map((line) => `    ${line}`),
  ];
  if (error.hint !== undefined) lines.push(`    ${paint("strong", "What to do:")} ${error.hint}`);
  return lines;
}

/** Tags that every submission has, in the order of the first. */
function commonTags(report: Report): string[] {
  const lists = new Set(
    [...report.service_checks, ...report.metrics, ...report.histogram_buckets].map(({ tags }) => tags),
  );
  let common: string[] | undefined;
  for (const tags of lists) {
    const own = new Set(tags);
    common = common === undefined ? [...tags] : common.filter((tag) => own.has(tag));
  }
  return common ?? [];
}

function without(tags: readonly string[], common: readonly string[]): string[] {
  return tags.filter((tag) => !common.includes(tag));
}

function serviceCheckLines(checks: readonly ServiceCheck[], common: readonly string[], paint: Paint): string[] {
  if (checks.length === 0) return [];
  const width = Math.max(...checks.map(({ name }) => name.length));
  return [
    section("Service checks", paint),
    ...checks.map(({ name, status, tags, message }) => {
      const verdict = paint(STATUS_TONES[status] ?? "doubtful", STATUS_WORDS[status].padEnd(8));
      const rest = [...without(tags, common), ...message === undefined ? [] : [message]].join("  ");
      return `    ${verdict}  ${name.padEnd(rest === "" ? 0 : width)}${rest === "" ? "" : `  ${rest}`}`;
    }),
  ];
}

/** One line of the table: what was submitted, as text. */
interface Row {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly note: string;
}

function metricLines(report: Report, common: readonly string[], { catalogue, paint }: TableContext): string[] {
  const groups = new Map<string, Row[]>();
  const add = (tags: readonly string[], hostname: string | undefined, row: Row) => {
    const label = [...without(tags, common), ...hostname ? [`host ${hostname}`] : []].join("  ");
    const rows = groups.get(label);
    if (rows === undefined) groups.set(label, [row]);
    else rows.push(row);
  };
  for (const metric of report.metrics) {
    const unit = catalogue.get(metric.name)?.unit ?? "";
    add(metric.tags, metric.hostname, { name: metric.name, value: number(metric.value), unit, note: typeNote(metric) });
  }
  for (const { name, value, lower_bound, upper_bound, tags, hostname } of report.histogram_buckets) {
    add(tags, hostname, { name, value: number(value), unit: "", note: `bucket ${lower_bound} to ${upper_bound}` });
  }
  const rows = [...groups.values()].flat();
  if (rows.length === 0) return [];
  const width = (of: (row: Row) => string) => rows.reduce((most, row) => Math.max(most, of(row).length), 0);
  const widths = {
    name: width(({ name }) => name),
    value: width(({ value }) => value),
    unit: width(({ unit }) => unit),
  };
  const lines = [section(`Metrics (${rows.length})`, paint)];
  for (const [label, members] of groups) {
    if (label !== "") lines.push(`    ${paint("faint", label)}`);
    for (const { name, value, unit, note } of members) {
      const columns = [
        name.padEnd(widths.name),
        value.padStart(widths.value),
        unit.padEnd(widths.unit),
        paint("faint", note),
      ];
      lines.push(`      ${columns.join("  ")}`.trimEnd());
    }
  }
  return lines;
}

function typeNote({ type }: Metric): string {
  return type.replace("_", " ");
}

/** Up to six decimals; large whole numbers with thin groups. */
function number(value: number): string {
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(10));
  return rounded.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

function eventLines(events: readonly Event[], common: readonly string[], paint: Paint): string[] {
  if (events.length === 0) return [];
  return [
    section(`Events (${events.length})`, paint),
    ...events.flatMap(({ msg_title: title, msg_text: text, tags }) => [
      `    ${title}`,
      `      ${text}  ${paint("faint", without(tags, common).join("  "))}`.trimEnd(),
    ]),
  ];
}

function summary({ stats }: Report): string {
  const plural = (count: number, noun: string) => `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
  const parts = [plural(stats.requests, "request"), plural(stats.bytes, "byte")];
  if (stats.samples > 0) parts.push(plural(stats.samples, "sample"));
  return `${parts.join(", ")} in ${stats.duration_ms.toFixed(1)} ms`;
}
