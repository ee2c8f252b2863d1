import { oneLine } from "../text/mod.ts";
import type { Finding, Level } from "./finding.ts";

/** What a level is shown with. */
export const MARKS: Readonly<Record<Level, string>> = { wrong: "✗", doubtful: "!", fine: "✓" };

/** Gives text the colour of its level, or leaves it as it is. */
export type PaintLevel = (level: Level, text: string) => string;

/** The findings for people: a line for each, below it where that was seen and what to do. */
export function renderText(findings: readonly Finding[], paint: PaintLevel): string {
  return findings.map((finding) => {
    const { level, message, evidence, remedy } = finding;
    const lines = [
      `${paint(level, MARKS[level])} ${oneLine(message)}`,
      ...evidence.map((line) => `    ${oneLine(line)}`),
    ];
    if (remedy !== undefined && level !== "fine") lines.push(`    What to do: ${oneLine(remedy)}`);
    return `${lines.join("\n")}\n`;
  }).join("");
}

/** The findings for programs. */
export function renderJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ findings }, undefined, 2)}\n`;
}
