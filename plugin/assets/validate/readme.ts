import { quoted } from "./by_schema.ts";
import type { AssetTexts, Findings } from "./findings.ts";

/** The page that the tile shows. */
export const README = "README.md";

const HEADINGS = ["Overview", "Setup", "Support"];
/** Datadog's validator takes no character above it. */
const LAST_CHARACTER = 0xff;

/** The page has the parts that the tile shows, each with a text, and no character that the validator refuses. */
export function checkReadme(texts: AssetTexts, findings: Findings): void {
  const text = texts.get(README);
  if (text === undefined) return findings.add(README, 1, "the file is missing");
  const lines = text.split("\n");
  for (const heading of HEADINGS) {
    const start = lines.indexOf(`## ${heading}`);
    if (start === -1) {
      findings.add(README, 1, `the heading ${quoted(`## ${heading}`)} is missing`);
      continue;
    }
    const next = lines.findIndex((line, i) => i > start && line.startsWith("## "));
    if (lines.slice(start + 1, next === -1 ? undefined : next).every((line) => line.trim() === "")) {
      findings.add(README, start + 1, `nothing stands under ${quoted(`## ${heading}`)}`);
    }
  }
  lines.forEach((line, i) => {
    const odd = [...line].find((character) => (character.codePointAt(0) ?? 0) > LAST_CHARACTER);
    if (odd !== undefined) findings.add(README, i + 1, `the character ${quoted(odd)}: none above U+00FF`);
  });
}
