import type { CatalogueEntry } from "../../catalogue/mod.ts";
import type { Report } from "../../report/mod.ts";
import { oneLine } from "../../text/mod.ts";
import { tagsWithout } from "../common_tags.ts";
import { type Cell, fitted, paragraph, rowLines, rowWidth, type Screen, section, widthsOf, wrapped } from "./layout.ts";
import type { InstanceMemory } from "./memory.ts";
import { exact, naturally, plural, readable } from "./values.ts";

/** Something that was submitted. */
interface Submission {
  readonly name: string;
  readonly value: number;
  readonly type: string;
  /** Whether it only grows, so that what matters is how fast. */
  readonly isTotal: boolean;
  readonly label: string;
  readonly words: readonly string[];
}

/** So many lines of metrics a person may look through; all are shown where all are asked for. */
const MAX_LINES = 40;
/** The same of those that were chosen by their names. */
const MAX_CHOSEN_LINES = 400;
const INDENT = 6;
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
  const rows = shown.map((one) => cells(one, options, memory));
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

/** What was submitted, by tags and host: the shorter lists of tags first, since they tell of the whole server. */
function submissions(
  { metrics, histogram_buckets: buckets }: Report,
  common: readonly string[],
  isElsewhere: (tags: readonly string[]) => boolean,
): Submission[] {
  const groups = new Map<string, Submission[]>();
  const add = (tags: readonly string[], hostname: string | undefined, of: Omit<Submission, "label" | "words">) => {
    const words = [...tagsWithout(tags, common), ...hostname ? [`host ${oneLine(hostname)}`] : []];
    const label = words.join("  ");
    const members = groups.get(label);
    const one = { ...of, label, words };
    if (members === undefined) groups.set(label, [one]);
    else members.push(one);
  };
  for (const { name, type, value, tags, hostname } of metrics) {
    if (isElsewhere(tags)) continue;
    const isTotal = type === "monotonic_count" || type === "rate";
    add(tags, hostname, { name: oneLine(name), value, type: oneLine(type).replace("_", " "), isTotal });
  }
  for (const { name, value, lower_bound: lower, upper_bound: upper, monotonic, tags, hostname } of buckets) {
    if (isElsewhere(tags)) continue;
    add(tags, hostname, {
      name: oneLine(name),
      value,
      type: oneLine(`bucket ${lower} to ${upper}`),
      isTotal: monotonic,
    });
  }
  const labels = [...groups].map(([label, members]) => [label, members, members[0]?.words.length ?? 0] as const);
  labels.sort(([a, , few], [b, , many]) => Math.min(few, 2) - Math.min(many, 2) || naturally(a, b));
  return labels.flatMap(([, members]) => members.sort((a, b) => naturally(a.name, b.name)));
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
function cells(one: Submission, { catalogue, verbose }: MetricOptions, memory: InstanceMemory): Cell[] {
  const { name, value, type, isTotal, label } = one;
  const unit = catalogue.get(name)?.unit ?? "";
  const before = memory.value(JSON.stringify([name, type, label]), value);
  const change = before === undefined || before === value ? "" : changed(before, one, unit, memory.seconds);
  const isNew = memory.isKnown && before === undefined;
  const submitted = verbose && unit !== "" ? `${exact(value)} ${unit}, ${type}` : type;
  return [
    { text: isNew ? "+" : change === "" ? "" : "~", tone: "strong" },
    { text: name },
    { text: readable(value, unit, name), isNumber: true, ...(change === "" ? {} : { tone: "strong" as const }) },
    { text: isTotal && memory.isKnown && before === value ? "+0" : change, tone: "strong" },
    { text: submitted, tone: "faint" },
  ];
}

function changed(before: number, { name, value, type, isTotal }: Submission, unit: string, seconds: number): string {
  if (type === "count") return seconds > 0 ? perSecond(value, unit, seconds) : "";
  if (!isTotal) return `was ${readable(before, unit, name)}`;
  if (value < before) return `started anew, was ${readable(before, unit)}`;
  const growth = value - before;
  return `+${readable(growth, measure(unit))}${seconds > 0 ? `, ${perSecond(growth, unit, seconds)}` : ""}`;
}

function perSecond(value: number, unit: string, seconds: number): string {
  return `${readable(Number((value / seconds).toPrecision(3)), measure(unit))}/s`;
}

/** What is counted stands with the total already; bytes and durations are told in units of their own. */
const measure = (unit: string) => COUNTED.has(unit) ? "" : unit;
const COUNTED = new Set(["request", "worker"]);

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
