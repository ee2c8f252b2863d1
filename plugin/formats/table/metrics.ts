import type { CatalogueEntry } from "../../catalogue/mod.ts";
import type { Report } from "../../report/mod.ts";
import { type Change, changesOf } from "./changes.ts";
import { type Cell, fitted, paragraph, rowLines, rowWidth, type Screen, section, widthsOf, wrapped } from "./layout.ts";
import type { InstanceMemory } from "./memory.ts";
import { type Submission, submissions } from "./submissions.ts";
import { exact, plural, readable } from "./values.ts";

/** So many lines of metrics a person may look through; all are shown where all are asked for. */
const MAX_LINES = 40;
/** The same of those that were chosen by their names. */
const MAX_CHOSEN_LINES = 400;
const INDENT = 6;
const UNCHANGED: Change = { mark: "", text: "" };
/** Places in a row. */
const [NAME, CHANGE, TYPE] = [1, 3, 4];

/** How metrics are shown. */
export interface MetricOptions {
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
  /** Every metric, with its value as it was submitted. */
  readonly verbose: boolean;
  /** The person chose them. */
  readonly chosen: boolean;
  /** Metrics that are shown in another way are counted only. */
  readonly isElsewhere: (tags: readonly string[]) => boolean;
}

/** Metrics and buckets in columns, under the tags that they share; the first ones, unless `verbose`. */
export function metricLines(
  report: Report,
  common: readonly string[],
  options: MetricOptions,
  memory: InstanceMemory,
  screen: Screen,
): string[] {
  const total = report.metrics.length + report.histogram_buckets.length;
  if (total === 0) return [];
  const { verbose, chosen } = options;
  const all = submissions(report, common, verbose || chosen ? () => false : options.isElsewhere);
  const shown = cut(all, verbose ? Infinity : chosen ? MAX_CHOSEN_LINES : MAX_LINES, screen);
  const unitOf = (name: string) => options.catalogue.get(name)?.unit ?? "";
  const changes = changesOf(all, unitOf, memory);
  const rows = shown.map((one) => cells(one, unitOf(one.name), changes.get(one) ?? UNCHANGED, verbose));
  const [names, prefix] = shortened(shown, rows, screen);
  const lines = section(prefix === "" ? `Metrics (${exact(total)})` : `Metrics of ${prefix} (${exact(total)})`, screen);
  let widths = widthsOf(names);
  const indent = widths[0] === 0 ? INDENT : INDENT - 3;
  // The kind of value is what a person can do without.
  if (indent + rowWidth(widths) > screen.width) widths[TYPE] = 0;
  const isNarrow = indent + rowWidth(widths) > screen.width && (widths[CHANGE] ?? 0) > 0;
  if (isNarrow) widths[CHANGE] = 0;
  widths = fitted(widths, NAME, indent, screen);
  let label = "";
  shown.forEach((one, i) => {
    if (one.label !== label) lines.push(...wrapped(one.words, "  ", { indent: 4, hang: 6, tone: "faint" }, screen));
    label = one.label;
    const row = names[i] ?? [];
    lines.push(...rowLines(row, widths, NAME, indent, screen));
    const change = row[CHANGE]?.text ?? "";
    if (isNarrow && change !== "") lines.push(...paragraph(change, { indent: INDENT + 2, tone: "strong" }, screen));
  });
  if (total > shown.length) {
    const elsewhere = total - all.length;
    const left = shown.length === 0
      ? `${plural(total, "metric")} of models`
      : `… and ${exact(total - shown.length)} more`;
    const which = elsewhere > 0 && elsewhere < total && all.length === shown.length ? ", of models" : "";
    lines.push(...wrapped(
      `${left}${which}: --verbose shows all, --model and --filter some`.split(" "),
      " ",
      { indent: 4, hang: 6, tone: "faint" },
      screen,
    ));
  }
  return lines;
}

/** As many as stand on so many lines, those of their tags included. */
function cut(all: readonly Submission[], most: number, screen: Screen): readonly Submission[] {
  if (all.length * 2 < most || most === Infinity) return all;
  let [lines, label] = [0, ""];
  const end = all.findIndex((one) => {
    if (one.label !== label) lines += wrapped(one.words, "  ", { indent: 4, hang: 6 }, screen).length;
    label = one.label;
    return ++lines > most;
  });
  return end < 0 ? all : all.slice(0, end);
}

/** A mark where it changed, name, value, what it changed by, and as what it was submitted. */
function cells({ name, value, type }: Submission, unit: string, { mark, text }: Change, verbose: boolean): Cell[] {
  const submitted = verbose && unit !== "" ? `${exact(value)} ${unit}, ${type}` : type;
  return [
    { text: mark, tone: "strong" },
    { text: name },
    { text: readable(value, unit, name), isNumber: true, ...(mark === "" ? {} : { tone: "strong" as const }) },
    { text, tone: "strong" },
    { text: submitted, tone: "faint" },
  ];
}

/** The rows, and what was taken from the start of every name because they do not fit with it. */
function shortened(
  shown: readonly Submission[],
  rows: readonly Cell[][],
  screen: Screen,
): [readonly Cell[][], string] {
  const widths = widthsOf(rows);
  if (INDENT + rowWidth(widths.slice(0, TYPE)) <= screen.width) return [rows, ""];
  const first = shown[0]?.name.split(".").slice(0, 2).join(".") ?? "";
  if (first === "" || !shown.every(({ name }) => name.startsWith(`${first}.`))) return [rows, ""];
  return [
    rows.map((row) => row.map((cell, i) => i === NAME ? { ...cell, text: cell.text.slice(first.length + 1) } : cell)),
    first,
  ];
}
