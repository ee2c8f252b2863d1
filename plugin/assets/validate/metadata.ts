import { type CatalogueEntry, catalogueEntry } from "../../catalogue/mod.ts";
import { quoted } from "./by_schema.ts";
import { hintFor } from "./hint.ts";
import { csvLines } from "./csv_lines.ts";
import { EMITTED } from "./emitted.ts";
import { emittedEntry } from "./emitted_entries.ts";
import type { AssetTexts, Findings } from "./findings.ts";
import { rowIssues } from "./metadata_row.ts";

/** Where the catalogue of metrics lies. */
export const METADATA = "metadata.csv";

const COLUMNS = [
  "metric_name",
  "metric_type",
  "interval",
  "unit_name",
  "per_unit_name",
  "description",
  "orientation",
  "integration",
  "short_name",
  "curated_metric",
  "sample_tags",
];

/** Holds metadata.csv against the rules of Datadog's validator and ours; returns its metrics by name. */
export function checkMetadata(texts: AssetTexts, findings: Findings): ReadonlyMap<string, CatalogueEntry> {
  const text = texts.get(METADATA);
  if (text === undefined) {
    findings.add(METADATA, 1, "the file is missing");
    return new Map();
  }
  const [header, ...rows] = csvLines(text);
  checkHeader(header?.cells ?? [], findings);
  const metrics = new Map<string, CatalogueEntry>();
  const shortNames = new Map<string, string>();
  let before = "";
  for (const { line, cells, problem } of rows) {
    const add = (message: string) => findings.add(METADATA, line, message);
    if (problem === undefined && cells.length === 1 && cells[0]?.trim() === "") {
      add("an empty line");
      continue;
    }
    const row = new Map(header?.cells.map((name, i) => [name.trim(), cells[i] ?? ""]));
    const name = row.get("metric_name") ?? "";
    if (metrics.has(name)) add(`${quoted(name)} stands twice`);
    else if (name < before) add(`${quoted(name)} belongs before ${quoted(before)}: rows are sorted by name`);
    before = name;
    if (problem !== undefined || cells.length !== header?.cells.length) {
      const count = `${
        quoted(name)
      } has ${cells.length} cells, the header ${header?.cells.length}: a comma too many or too few`;
      add(problem ?? `${count}, or without quotes around its cell`);
      // Its cells are not where they belong: what the code does stands in for them.
      const emitted = EMITTED.metrics[name];
      if (emitted !== undefined) metrics.set(name, emittedEntry(name, emitted));
      continue;
    }
    for (const issue of rowIssues(row)) add(issue);
    const short = row.get("short_name") ?? "";
    if (short !== "" && shortNames.has(short)) {
      add(`${quoted(short)} is the short name of ${shortNames.get(short)}, too`);
    }
    shortNames.set(short, name);
    metrics.set(name, catalogueEntry((column) => row.get(column) ?? ""));
  }
  return metrics;
}

function checkHeader(header: readonly string[], findings: Findings): void {
  const add = (message: string) => findings.add(METADATA, 1, message);
  for (const name of COLUMNS.filter((column) => !header.includes(column))) add(`the column ${quoted(name)} is missing`);
  for (const name of header.filter((column) => !COLUMNS.includes(column))) {
    add(`unknown column ${quoted(name)}${hintFor(name, COLUMNS)}`);
  }
  for (const name of new Set(header.filter((column, i) => header.indexOf(column) !== i))) {
    add(`the column ${quoted(name)} stands twice`);
  }
  const known = header.filter((column) => COLUMNS.includes(column));
  const wrong = known.find((column, i) => COLUMNS.filter((one) => known.includes(one))[i] !== column);
  if (wrong !== undefined) add(`the column ${quoted(wrong)} is not at its place: ${COLUMNS.join(",")}`);
}
