/** A row of a CSV file (RFC 4180). */
export interface CsvRow {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** What is wrong with its form; the rest of its line is not read then. */
  readonly problem?: string;
}

/** A cell and what ends it. */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^,"\r\n]*))(,|\r?\n|$)/y;

/** Reads a CSV file; a row that cannot be read takes no other with it. */
export function csvLines(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const cells: string[] = [];
    const start = line;
    for (;;) {
      CELL.lastIndex = at;
      const match = CELL.exec(text);
      if (match === null) {
        const end = text.indexOf("\n", at);
        const rest = text.slice(at, end === -1 ? undefined : end).trim();
        rows.push({
          line: start,
          cells,
          problem: `a quote that is not closed, or not around all of its cell: ${JSON.stringify(rest.slice(0, 80))}`,
        });
        at = end === -1 ? text.length : end + 1;
        line++;
        break;
      }
      cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
      line += match[0].split("\n").length - 1;
      at += match[0].length;
      if (match[3] === ",") continue;
      rows.push({ line: start, cells });
      break;
    }
  }
  return rows;
}
