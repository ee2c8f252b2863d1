import { publicLine } from "../public_lines.ts";
import type { Place } from "../types.ts";

/** What is wrong with the text of a file, with its likely cause. */
export interface Mistake {
  readonly place: Place;
  /** `Found a tab in the indentation; expected spaces.` */
  readonly message: string;
  /** What to write from the place to the end of its line, or what to do. */
  readonly suggestion?: string | undefined;
}

/** The lines of a file. */
export type Lines = readonly string[];

/** A mistake at a line and a column, both from 0. */
export function mistakeAt(line: number, column: number, message: string, suggestion?: string): Mistake {
  return { place: { line: line + 1, column: column + 1 }, message, suggestion };
}

/**
 * What to write from a column of a line to its end, where all of the line may be shown; else what to do.
 *
 * @param change what becomes of the rest of the line, which has no comment
 */
export function insteadOf(
  lines: Lines,
  line: number,
  column: number,
  change: (rest: string) => string,
  advice: string,
): string {
  const written = lines[line] ?? "";
  const shown = publicLine(lines, line, column + 1)?.text;
  if (shown === undefined || shown === "" || !written.startsWith(shown)) return advice;
  return change(shown.slice(column));
}
