import { quoted } from "./by_schema.ts";
import type { AssetTexts, Findings } from "./findings.ts";

/** What has changed, by version. */
export const CHANGELOG = "CHANGELOG.md";

const VERSION = /^## (?:Unreleased|\d+\.\d+\.\d+(?: .*)?)$/;

/** There are versions, and nothing else, as second headings. */
export function checkChangelog(texts: AssetTexts, findings: Findings): void {
  const text = texts.get(CHANGELOG);
  if (text === undefined) return findings.add(CHANGELOG, 1, "the file is missing");
  const lines = text.split("\n");
  lines.forEach((line, i) => {
    if (!line.startsWith("## ") || VERSION.test(line)) return;
    findings.add(CHANGELOG, i + 1, `${quoted(line)} is no version: ## Unreleased, or ## 1.2.3`);
  });
  if (!lines.some((line) => VERSION.test(line))) findings.add(CHANGELOG, 1, "there is no version");
}
