import { configJsonSchema, configSpec, exampleConfig } from "../../config/mod.ts";
import { quoted } from "./by_schema.ts";
import { hintFor } from "./hint.ts";
import type { AssetTexts, Findings } from "./findings.ts";
import { type LineDifference, lineDifferences } from "./line_differences.ts";

/** Where the specification of the configuration and what is made of it lie. */
export const SPEC = "assets/configuration/spec.yaml";
export const EXAMPLE = "assets/configuration/conf.yaml.example";
export const SCHEMA = "assets/configuration/conf.schema.json";

/** So many places of a file are told: one that differs everywhere was written anew. */
const MOST_PLACES = 20;

/** All files are what is made of the options: the example is the rendering of the specification then. */
export async function checkConfiguration(texts: AssetTexts, findings: Findings): Promise<void> {
  compare(SPEC, texts, await configSpec(), findings);
  compare(EXAMPLE, texts, await exampleConfig(), findings);
  compare(SCHEMA, texts, `${JSON.stringify(await configJsonSchema(), null, 2)}\n`, findings);
}

function compare(path: string, texts: AssetTexts, made: string, findings: Findings): void {
  const text = texts.get(path);
  if (text === undefined) return findings.add(path, 1, "the file is missing");
  if (text === made) return;
  const known = optionsOf(made.split("\n"));
  for (const difference of lineDifferences(text, made, MOST_PLACES)) {
    findings.add(path, difference.line, describe(difference, known));
  }
}

function describe({ found, wanted }: LineDifference, known: readonly string[]): string {
  const [there, right] = [telling(found), telling(wanted)];
  const more = Math.max(found.length, wanted.length) - 1;
  const rest = more > 0 ? ` and ${more} more ${more === 1 ? "line" : "lines"}` : "";
  for (const option of optionsOf(found).filter((name) => !known.includes(name))) {
    return `${quoted(there)}: there is no option ${quoted(option)}${hintFor(option, known)}`;
  }
  if (wanted.length === 0) return `${quoted(there)}${rest}: the options make no such ${more > 0 ? "lines" : "line"}`;
  const lost = optionsOf(wanted).filter((name) => !optionsOf(found).includes(name));
  const options = lost.length === 0 ? "" : `, the option ${lost.map(quoted).join(" and ")}`;
  if (found.length === 0) return `${quoted(right)}${rest} are missing here${options}`;
  return `${quoted(there)} where the options make ${quoted(right)}${rest}${options}`;
}

/** The first line that says something. */
const telling = (lines: readonly string[]): string => lines.find((line) => /\w/.test(line)) ?? lines[0] ?? "";

/** The options that lines describe, in the example or in the specification. */
const optionsOf = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => /^ *(?:## @param|- name:) (\w+)/.exec(line)?.[1] ?? []);
