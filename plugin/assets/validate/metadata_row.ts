import { quoted } from "./by_schema.ts";
import { hintFor } from "./hint.ts";
import { isTime, isUnit, UNIT_NAMES } from "./units.ts";

const TYPES = ["count", "gauge", "rate"];
const PREFIX = "torchserve.";
const MOST_CHARACTERS = 400;

/** All that is wrong with a row of metadata.csv, by the rules of Datadog's validator and ours. */
export function rowIssues(row: ReadonlyMap<string, string>): string[] {
  const issues: string[] = [];
  const cell = (column: string) => row.get(column) ?? "";
  const name = cell("metric_name");
  if (!name.startsWith(PREFIX) || !/^[a-z0-9_.]+$/.test(name)) {
    issues.push(`${quoted(name)} is no metric's name: small letters, digits, _ and . behind ${PREFIX}`);
  }
  for (const [column, text] of row) {
    if (text !== text.trim()) issues.push(`blanks around ${quoted(text)} in ${column} of ${name}`);
  }
  const type = cell("metric_type");
  if (!TYPES.includes(type)) {
    issues.push(`unknown type ${quoted(type)} of ${name}${hintFor(type, TYPES) || ": count, gauge or rate"}`);
  } else if ((type === "count") !== name.endsWith(".count")) {
    issues.push(`${name} has the type ${quoted(type)}: counts, and nothing else, end in .count`);
  }
  for (const column of ["unit_name", "per_unit_name"]) {
    const unit = cell(column);
    if (unit !== "" && !isUnit(unit)) {
      issues.push(`unknown unit ${quoted(unit)} of ${name}${hintFor(unit, UNIT_NAMES)}`);
    }
  }
  const [unit, per] = [cell("unit_name"), cell("per_unit_name")];
  if (per !== "" && unit === "") issues.push(`${name} is per ${quoted(per)}, but of what: unit_name is empty`);
  if (isTime(unit) && isTime(per)) {
    issues.push(`${name} is ${quoted(unit)} per ${quoted(per)}: times per time are a fraction`);
  }
  issues.push(...descriptionIssues(name, cell("description")));
  const orientation = cell("orientation");
  if (!["-1", "0", "1"].includes(orientation)) {
    issues.push(`unknown orientation ${quoted(orientation)} of ${name}: -1, 0 or 1`);
  }
  if (cell("integration") !== "torchserve") {
    issues.push(`the integration ${quoted(cell("integration"))} of ${name} is not torchserve`);
  }
  if (cell("interval") !== "" && !/^\d+$/.test(cell("interval"))) {
    issues.push(`the interval ${quoted(cell("interval"))} of ${name} is no number`);
  }
  const curated = cell("curated_metric");
  if (!["", "cpu", "memory"].includes(curated)) {
    issues.push(`unknown curated metric ${quoted(curated)} of ${name}: cpu or memory`);
  }
  if (cell("short_name") === "") issues.push(`${name} has no short name`);
  const tags = cell("sample_tags").split(",");
  for (const tag of new Set(tags.filter((one, i) => tags.indexOf(one) !== i))) {
    issues.push(`the tag ${quoted(tag)} of ${name} stands twice in sample_tags`);
  }
  return issues;
}

function descriptionIssues(name: string, description: string): string[] {
  const issues: string[] = [];
  if (description === "") issues.push(`${name} has no description`);
  if (description.length > MOST_CHARACTERS) {
    issues.push(
      `the description of ${name} has ${description.length} characters, at most ${MOST_CHARACTERS}: ${
        quoted(description)
      }`,
    );
  }
  const odd = /[^\x20-\x7e]|\|/u.exec(description)?.[0];
  if (odd !== undefined) issues.push(`${quoted(odd)} in the description of ${name}: only ASCII, and no |`);
  return issues;
}
