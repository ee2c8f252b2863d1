import { oneLine } from "../text/mod.ts";
import { publicLine } from "./public_lines.ts";
import type { Place } from "./types.ts";

/** The most of a line that is shown, in characters, and how many of them stand before the place. */
const WIDTH = 100;
const BEFORE = 60;

/**
 * The line of a configuration that an issue is about, and a mark under its place; secrets stand in neither.
 *
 * @param text as `FileResult.text` has it
 */
export function excerpt(text: string, { line, column }: Place): readonly string[] {
  const shown = publicLine(text.split("\n"), line - 1, column);
  if (shown === undefined || shown.text.trim() === "") return [];
  const whole = Array.from(shown.text, (character) => oneLine(character)).join("");
  const from = shown.column <= WIDTH ? 0 : shown.column - BEFORE;
  const cut = `${from > 0 ? "…" : ""}${whole.slice(from, from + WIDTH)}${whole.length > from + WIDTH ? "…" : ""}`;
  const number = String(line).padStart(5);
  const mark = " ".repeat(Math.max(0, shown.column - 1 - from + (from > 0 ? 1 : 0)));
  return [`${number} | ${cut}`, `${" ".repeat(number.length)} | ${mark}^`];
}
