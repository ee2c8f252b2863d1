import type { CatalogueEntry } from "../catalogue/mod.ts";
import type { Report } from "../report/mod.ts";
import { oneLine } from "../text/mod.ts";
import type { FormatOptions } from "./format.ts";
import { section } from "./style.ts";
import { tagsWithout } from "./table_tags.ts";

/** One line of the table: what was submitted, as text. */
interface Row {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly note: string;
}

/** So many metrics a person may look through; more are shown where all are asked for. */
const MAX_ROWS = 200;

/** Metrics and buckets in columns, under the tags that they share; the first ones, unless `verbose`. */
export function metricLines(
  report: Report,
  common: readonly string[],
  catalogue: ReadonlyMap<string, CatalogueEntry>,
  { paint, verbose = false }: Pick<FormatOptions, "paint" | "verbose">,
): string[] {
  const total = report.metrics.length + report.histogram_buckets.length;
  const groups = groupByTags(report, common, catalogue, verbose ? Infinity : MAX_ROWS);
  const rows = [...groups.values()].flat();
  if (rows.length === 0) return [];
  const width = (of: (row: Row) => string) => rows.reduce((most, row) => Math.max(most, of(row).length), 0);
  const widths = {
    name: width(({ name }) => name),
    value: width(({ value }) => value),
    unit: width(({ unit }) => unit),
  };
  const lines = [section(`Metrics (${total})`, paint)];
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
  if (total > rows.length) {
    lines.push(paint("faint", `    … and ${total - rows.length} more: --verbose shows all, --model and --filter some`));
  }
  return lines;
}

/** The first things that were submitted, by tags and host as one text; in the order of the report. */
function groupByTags(
  { metrics, histogram_buckets: buckets }: Report,
  common: readonly string[],
  catalogue: ReadonlyMap<string, CatalogueEntry>,
  most: number,
): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  const add = (tags: readonly string[], hostname: string | undefined, row: Row) => {
    const label = [...tagsWithout(tags, common), ...hostname ? [`host ${oneLine(hostname)}`] : []].join("  ");
    const rows = groups.get(label);
    if (rows === undefined) groups.set(label, [row]);
    else rows.push(row);
  };
  for (const { name, type, value, tags, hostname } of metrics.slice(0, most)) {
    const unit = catalogue.get(name)?.unit ?? "";
    add(tags, hostname, { name: oneLine(name), value: number(value), unit, note: oneLine(type).replace("_", " ") });
  }
  const room = Math.max(0, most - metrics.length);
  for (const { name, value, lower_bound: lower, upper_bound: upper, tags, hostname } of buckets.slice(0, room)) {
    const note = oneLine(`bucket ${lower} to ${upper}`);
    add(tags, hostname, { name: oneLine(name), value: number(value), unit: "", note });
  }
  return groups;
}

/** Made once: `toLocaleString` makes a new one for each value, which took 20 s for a report of 200,000 metrics. */
const NUMBERS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 });

/** Up to six decimals; large whole numbers in groups of three digits. */
function number(value: number): string {
  return NUMBERS.format(Number.isInteger(value) ? value : Number(value.toPrecision(10)));
}
