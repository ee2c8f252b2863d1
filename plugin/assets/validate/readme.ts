import { nearest } from "../../config/mod.ts";
import { quoted } from "./by_schema.ts";
import type { AssetTexts, Findings } from "./findings.ts";

/** The page that the tile shows. */
export const README = "README.md";

/** What the tile shows, and what is collected. */
const HEADINGS = [
  "## Overview",
  "## Setup",
  "## Data Collected",
  "### Metrics",
  "### Events",
  "### Logs",
  "### Service Checks",
  "## Support",
];
/** Datadog's validator takes no character above it. */
const LAST_CHARACTER = 0xff;
/** Where the validator lets images lie. */
const IMAGES = "https://raw.githubusercontent.com/DataDog/";

/** The page has the parts that the tile shows, each with a text, and no character that the validator refuses. */
export function checkReadme(texts: AssetTexts, findings: Findings): void {
  const text = texts.get(README);
  if (text === undefined) return findings.add(README, 1, "the file is missing");
  const lines = text.split("\n");
  const headings = headingsOf(lines);
  const found = [...headings.values()];
  for (const heading of HEADINGS) {
    const [start] = [...headings].find(([, line]) => line === heading) ?? [];
    if (start === undefined) {
      const close = nearest(heading, found.filter((line) => !HEADINGS.includes(line)));
      const [at] = [...headings].find(([, line]) => line === close) ?? [0];
      const instead = close === undefined ? "" : `: is ${quoted(close)} meant?`;
      findings.add(README, at + 1, `the heading ${quoted(heading)} is missing${instead}`);
      continue;
    }
    const level = heading.indexOf(" ");
    const [next] = [...headings].find(([at, line]) => at > start && line.indexOf(" ") <= level) ?? [];
    if (lines.slice(start + 1, next).every((line) => line.trim() === "" || line.startsWith("#"))) {
      findings.add(README, start + 1, `nothing stands under ${quoted(heading)}`);
    }
  }
  for (const [at, line] of headings) {
    if (line.startsWith("## ") && found.indexOf(line) !== [...headings.keys()].indexOf(at)) {
      findings.add(README, at + 1, `the heading ${quoted(line)} stands twice`);
    }
  }
  lines.forEach((line, i) => {
    const odd = [...line].find((character) => (character.codePointAt(0) ?? 0) > LAST_CHARACTER);
    if (odd !== undefined) findings.add(README, i + 1, `the character ${quoted(odd)}: none above U+00FF`);
    const image = /!\[[^\]]*\]\(([^)\s]*)/.exec(line)?.[1];
    if (image !== undefined && !image.startsWith(IMAGES)) {
      findings.add(README, i + 1, `the image ${quoted(image)}: images lie under ${IMAGES}`);
    }
  });
}

/** The headings outside of code, by the indexes of their lines. */
function headingsOf(lines: readonly string[]): Map<number, string> {
  const headings = new Map<number, string>();
  let inCode = false;
  lines.forEach((line, i) => {
    if (line.startsWith("```")) inCode = !inCode;
    else if (!inCode && /^#{1,6}(?:\s|\w)/.test(line)) headings.set(i, line.trimEnd());
  });
  return headings;
}
