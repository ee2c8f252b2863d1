import { configSpec, exampleConfig } from "../../config/mod.ts";
import { quoted } from "./by_schema.ts";
import type { AssetTexts, Findings } from "./findings.ts";

/** Where the specification of the configuration and the example made of it lie. */
export const SPEC = "assets/configuration/spec.yaml";
export const EXAMPLE = "assets/configuration/conf.yaml.example";

/** Both files are what is made of the options: the example is the rendering of the specification then. */
export async function checkConfiguration(texts: AssetTexts, findings: Findings): Promise<void> {
  compare(SPEC, texts, await configSpec(), findings);
  compare(EXAMPLE, texts, await exampleConfig(), findings);
}

/** Names the first line that differs: those behind it may only be moved. */
function compare(path: string, texts: AssetTexts, made: string, findings: Findings): void {
  const text = texts.get(path);
  if (text === undefined) return findings.add(path, 1, "the file is missing");
  if (text === made) return;
  const [there, wanted] = [text.split("\n"), made.split("\n")];
  const at = wanted.findIndex((line, i) => line !== there[i]);
  const i = at === -1 ? wanted.length : at;
  const found = there[i] === undefined ? "the end" : quoted(there[i]);
  findings.add(
    path,
    i + 1,
    `${found} where the options make ${wanted[i] === undefined ? "the end" : quoted(wanted[i])}`,
  );
}
