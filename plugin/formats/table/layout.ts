import { clipColumns, clipStart, displayWidth } from "../../text/mod.ts";
import type { Paint, Tone } from "../style.ts";

/** What a text is laid out for. */
export interface Screen {
  /** Columns; `Infinity` where lines may be as long as they come. */
  readonly width: number;
  readonly paint: Paint;
}

/** Where a text stands in a line, and how it looks. */
export interface Placed {
  readonly indent: number;
  /** Where further lines of it begin; as the first one, where nothing is said. */
  readonly hang?: number;
  readonly tone?: Tone | undefined;
}

/** Where texts begin behind a status or a code. */
export const HANG = 14;
/** Fewer columns hold no word. */
const MIN_COLUMNS = 10;

/** Words on as many lines as they need. */
export function wrapped(
  words: readonly string[],
  gap: string,
  { indent, hang = indent, tone }: Placed,
  screen: Screen,
): string[] {
  const lines: string[] = [];
  let line = "";
  for (
    const word of words.flatMap((each) => broken(each, Math.max(MIN_COLUMNS, screen.width - Math.max(indent, hang))))
  ) {
    const start = lines.length === 0 ? indent : hang;
    if (line === "") line = word;
    else if (start + displayWidth(line) + gap.length + displayWidth(word) <= screen.width) line += gap + word;
    else {
      lines.push(placed(line, start, tone, screen));
      line = word;
    }
  }
  if (line !== "") lines.push(placed(line, lines.length === 0 ? indent : hang, tone, screen));
  return lines;
}

/** A text of words on as many lines as they need, at least one. */
export function paragraph(text: string, where: Placed, screen: Screen): string[] {
  const lines = wrapped(text.split(" ").filter((word) => word !== ""), " ", where, screen);
  return lines.length === 0 ? [""] : lines;
}

function placed(text: string, indent: number, tone: Tone | undefined, { paint }: Screen): string {
  return " ".repeat(indent) + (tone === undefined ? text : paint(tone, text));
}

/** A word that is longer than a line, such as an address: in pieces, of which none ends within a number. */
function broken(word: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = word;
  while (displayWidth(rest) > most) {
    const head = clipColumns(rest, most + 1).slice(0, -1);
    if (head === "") break;
    const afterMark = Math.max(...["/", ",", "?", "&", "=", ";"].map((mark) => head.lastIndexOf(mark))) + 1;
    const beforeNumber = head.length - (/\d/.test(rest.charAt(head.length)) ? /\d*$/.exec(head)?.[0].length ?? 0 : 0);
    const at = afterMark > most / 2 ? afterMark : beforeNumber > 0 ? beforeNumber : head.length;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...pieces, rest];
}

/** A cell of a table. */
export interface Cell {
  readonly text: string;
  readonly tone?: Tone | undefined;
  /** Numbers end in one column. */
  readonly isNumber?: boolean;
}

/** The columns that the cells of each place in a row take. */
export function widthsOf(rows: readonly (readonly Cell[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach(({ text }, i) => widths[i] = Math.max(widths[i] ?? 0, displayWidth(text)));
  }
  return widths;
}

/** Between two cells. */
const GAP = "  ";

/** The columns of a row whose cells have these widths; those without any take no gap. */
export function rowWidth(widths: readonly number[]): number {
  const seen = widths.filter((width) => width > 0);
  return seen.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, seen.length - 1);
}

/** One row; a text that is wider than its column is cut at its start, where it tells least. */
export function rowLine(cells: readonly Cell[], widths: readonly number[], indent: number, { paint }: Screen): string {
  const shown = cells.flatMap(({ text, tone, isNumber }, i) => {
    const width = widths[i] ?? 0;
    if (width === 0) return [];
    const kept = clipStart(text, width);
    const room = " ".repeat(Math.max(0, width - displayWidth(kept)));
    const painted = tone === undefined || kept === "" ? kept : paint(tone, kept);
    return [isNumber ? room + painted : painted + room];
  });
  return " ".repeat(indent) + shown.join(GAP).trimEnd();
}

/** A row whose name has lines of its own where it is wider than its column: nothing is cut. */
export function rowLines(
  cells: readonly Cell[],
  widths: readonly number[],
  column: number,
  indent: number,
  screen: Screen,
): string[] {
  const name = cells[column];
  if (name === undefined || displayWidth(name.text) <= (widths[column] ?? 0)) {
    return [rowLine(cells, widths, indent, screen)];
  }
  const before = rowWidth(widths.slice(0, column));
  const start = indent + (before === 0 ? 0 : before + GAP.length);
  const [first = "", ...more] = broken(name.text, Math.max(MIN_COLUMNS, screen.width - start));
  const alone = widths.map((width, i) => i < column ? width : i === column ? displayWidth(first) : 0);
  return [
    rowLine(cells.map((cell, i) => i === column ? { ...cell, text: first } : cell), alone, indent, screen),
    ...more.map((piece) => " ".repeat(start) + piece),
    rowLine(cells.map((cell, i) => i <= column ? { text: "" } : cell), widths, indent, screen),
  ];
}

/** Narrows the column of names until a row fits, but not below what is left of a name that means something. */
export function fitted(widths: readonly number[], column: number, indent: number, { width }: Screen): number[] {
  const over = indent + rowWidth(widths) - width;
  return widths.map((each, i) => i === column && over > 0 ? Math.max(MIN_COLUMNS, each - over) : each);
}

/** The heading of a part of a report, after an empty line. */
export function section(name: string, { paint }: Screen): string[] {
  return ["", `  ${paint("strong", name)}`];
}
