/**
 * Reads comma-separated values as RFC 4180 has them (quoted fields, doubled quotes, either line ending) by their header.
 *
 * @example
 * ```ts
 * const [row] = csvRows('name,unit\ncpu,"per ""cent"""\n');
 * if (row?.name !== "cpu" || row.unit !== 'per "cent"') throw new Error("it was misread");
 * ```
 */
export function csvRows(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r?\n|$)/gy;
  for (let match = field.exec(text); match !== null && match[0] !== ""; match = field.exec(text)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] !== ",") rows.push([]);
  }
  const [header = [], ...body] = rows.filter((row) => row.length > 0);
  return body.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ""])));
}
