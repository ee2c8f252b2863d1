import { type CatalogueEntry, csvRows, readCatalogue } from "../../catalogue/mod.ts";
import { nearest } from "../../config/mod.ts";
import { quoted } from "./by_schema.ts";
import type { AssetTexts, Findings } from "./findings.ts";
import { isUnit } from "./units.ts";

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
const TYPES = ["count", "gauge", "rate"];
const PREFIX = "torchserve.";
const MOST_CHARACTERS = 400;

/** Holds metadata.csv against the rules of Datadog's validator and ours; returns its metrics by name. */
export function checkMetadata(texts: AssetTexts, findings: Findings): ReadonlyMap<string, CatalogueEntry> {
  const text = texts.get(METADATA);
  if (text === undefined) {
    findings.add(METADATA, 1, "the file is missing");
    return new Map();
  }
  const header = text.split("\n", 1)[0]?.trim().split(",") ?? [];
  for (const name of COLUMNS.filter((column) => !header.includes(column))) {
    findings.add(METADATA, 1, `the column ${quoted(name)} is missing`);
  }
  for (const name of header.filter((column) => !COLUMNS.includes(column))) {
    const close = nearest(name, COLUMNS);
    findings.add(METADATA, 1, `unknown column ${quoted(name)}${close === undefined ? "" : `: did you mean ${close}?`}`);
  }
  const seen = new Set<string>();
  let before = "";
  csvRows(text).forEach((row, i) => {
    const line = i + 2;
    const name = row["metric_name"] ?? "";
    checkRow(row, line, findings);
    if (seen.has(name)) findings.add(METADATA, line, `${quoted(name)} stands twice`);
    else if (name < before) {
      findings.add(METADATA, line, `${quoted(name)} belongs before ${quoted(before)}: rows are sorted by name`);
    }
    seen.add(name);
    before = name;
  });
  return readCatalogue(text);
}

function checkRow(row: Readonly<Record<string, string>>, line: number, findings: Findings): void {
  const add = (message: string) => findings.add(METADATA, line, message);
  const cell = (name: string) => row[name] ?? "";
  const name = cell("metric_name");
  if (!name.startsWith(PREFIX) || !/^[a-z0-9_.]+$/.test(name)) {
    add(`${quoted(name)} is no metric's name: small letters, digits, _ and . behind ${PREFIX}`);
  }
  const type = cell("metric_type");
  if (!TYPES.includes(type)) add(`unknown type ${quoted(type)} of ${name}: count, gauge or rate`);
  else if ((type === "count") !== name.endsWith(".count")) {
    add(`${name} has the type ${quoted(type)}: counts, and nothing else, end in .count`);
  }
  for (const column of ["unit_name", "per_unit_name"]) {
    const unit = cell(column);
    if (unit !== "" && !isUnit(unit)) add(`unknown unit ${quoted(unit)} of ${name}`);
  }
  const description = cell("description");
  if (description === "") add(`${name} has no description`);
  if (description.length > MOST_CHARACTERS) {
    add(`the description of ${name} has more than ${MOST_CHARACTERS} characters`);
  }
  const odd = /[^\x20-\x7e]|\|/.exec(description)?.[0];
  if (odd !== undefined) add(`${quoted(odd)} in the description of ${name}: only ASCII, and no |`);
  const orientation = cell("orientation");
  if (!["-1", "0", "1"].includes(orientation)) add(`unknown orientation ${quoted(orientation)} of ${name}: -1, 0 or 1`);
  if (cell("integration") !== "torchserve") {
    add(`the integration ${quoted(cell("integration"))} of ${name} is not torchserve`);
  }
  if (cell("interval") !== "" && !/^\d+$/.test(cell("interval"))) {
    add(`the interval ${quoted(cell("interval"))} of ${name} is no number`);
  }
  const curated = cell("curated_metric");
  if (!["", "cpu", "memory"].includes(curated)) {
    add(`unknown curated metric ${quoted(curated)} of ${name}: cpu or memory`);
  }
  if (cell("short_name") === "") add(`${name} has no short name`);
}
