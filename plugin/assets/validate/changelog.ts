import { quoted } from "./by_schema.ts";
import type { AssetTexts, Findings } from "./findings.ts";

/** What has changed, by version. */
export const CHANGELOG = "CHANGELOG.md";

const VERSION = /^## (?:Unreleased|(\d+)\.(\d+)\.(\d+)(?: .*)?)$/;

/** There are versions, and nothing else, as second headings: the newest first. */
export function checkChangelog(texts: AssetTexts, findings: Findings): void {
  const text = texts.get(CHANGELOG);
  if (text === undefined) return findings.add(CHANGELOG, 1, "the file is missing");
  let before: { readonly line: string; readonly parts: readonly number[] } | undefined;
  text.split("\n").forEach((line, i) => {
    if (!/^##\s?[^#\s]/.test(line)) return;
    const match = VERSION.exec(line);
    if (match === null) {
      findings.add(CHANGELOG, i + 1, `${quoted(line)} is no version: ## Unreleased, or ## 1.2.3`);
      return;
    }
    const parts = match[1] === undefined ? [Infinity] : match.slice(1).map(Number);
    if (before !== undefined && compare(parts, before.parts) >= 0) {
      findings.add(
        CHANGELOG,
        i + 1,
        `${quoted(line)} stands behind ${quoted(before.line)}: the newest comes first, each once`,
      );
    }
    before = { line, parts };
  });
  if (before === undefined) findings.add(CHANGELOG, 1, "there is no version");
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((part, at) => part !== b[at]);
  if (i === -1) return 0;
  return (a[i] ?? 0) - (b[i] ?? 0);
}
