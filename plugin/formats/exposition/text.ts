import type { Notes } from "../notes.ts";
import type { Family } from "./families.ts";
import type { ClassicHistogram } from "./classic_histogram.ts";

/** Where the two text formats differ. */
export interface TextRules {
  /** OpenMetrics 1.0; else Prometheus' text format 0.0.4. */
  readonly isOpenMetrics: boolean;
}

/**
 * Families as text, without timestamps and units. Of families whose names contradict each other the first one is
 * written, the others are noted.
 */
export function expositionText(families: readonly Family[], rules: TextRules, notes: Notes): string {
  const others = new Set(families.filter(({ type }) => type !== "counter").map(({ name }) => name));
  const claimed = new Set<string>();
  const lines: string[] = [];
  for (const family of families) {
    const head = headOf(family, rules, others);
    if (head.names.some((name) => claimed.has(name))) {
      notes.add("a family is left out, since another one has its name", head.name);
      continue;
    }
    for (const name of head.names) claimed.add(name);
    lines.push(`# HELP ${head.name} ${helpText(family.help, rules)}`, `# TYPE ${head.name} ${head.type}`);
    writeSamples(family, rules, lines);
  }
  if (rules.isOpenMetrics) lines.push("# EOF");
  return lines.map((line) => `${line}\n`).join("");
}

/** What HELP and TYPE say of a family. */
interface Head {
  readonly name: string;
  readonly type: string;
  /** What no other family may be called, nor a sample of it. */
  readonly names: readonly string[];
}

/** @param others the names of families that are no counters */
function headOf({ name, type }: Family, { isOpenMetrics }: TextRules, others: ReadonlySet<string>): Head {
  const total = `${name}_total`;
  switch (type) {
    case "histogram":
      return { name, type, names: [name, ...["bucket", "count", "sum", "created"].map((part) => `${name}_${part}`)] };
    case "counter":
      if (!isOpenMetrics) return { name: total, type, names: [total] };
      // OpenMetrics has no room for a gauge `a` beside a counter `a`: the counter's sample keeps its name.
      return others.has(name)
        ? { name: total, type: "unknown", names: [total] }
        : { name, type, names: [name, total, `${name}_created`] };
    case "gauge":
      return { name, type, names: [name] };
  }
}

function writeSamples(family: Family, rules: TextRules, lines: string[]): void {
  const { name, type, samples } = family;
  if (type === "histogram") {
    for (const [labels, histogram] of samples) writeHistogram(name, labels, histogram, rules, lines);
    return;
  }
  const sample = type === "counter" ? `${name}_total` : name;
  for (const [labels, value] of samples) lines.push(`${sample}${braces(labels)} ${value}`);
}

function writeHistogram(
  name: string,
  labels: string,
  { buckets, sum }: ClassicHistogram,
  rules: TextRules,
  lines: string[],
): void {
  for (const [bound, observations] of buckets) {
    const le = `le="${boundText(bound, rules)}"`;
    lines.push(`${name}_bucket{${labels === "" ? le : `${labels},${le}`}} ${observations}`);
  }
  // OpenMetrics has the count if, and only if, there is a sum.
  if (sum !== undefined || !rules.isOpenMetrics) {
    lines.push(`${name}_count${braces(labels)} ${buckets.at(-1)?.[1] ?? 0}`);
  }
  if (sum !== undefined) lines.push(`${name}_sum${braces(labels)} ${sum}`);
}

const braces = (labels: string) => labels === "" ? "" : `{${labels}}`;

/** As clients write it: `1` in Prometheus' text format, `1.0` in OpenMetrics. */
function boundText(bound: number, { isOpenMetrics }: TextRules): string {
  if (bound === Infinity) return "+Inf";
  if (bound === -Infinity) return "-Inf";
  const text = String(bound);
  return isOpenMetrics && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function helpText(help: string, { isOpenMetrics }: TextRules): string {
  return help.replace(isOpenMetrics ? /[\\"]/g : /\\/g, "\\$&");
}
