import { insteadOf, type Lines, type Mistake, mistakeAt } from "./mistake.ts";

/** A text in quotes that its line does not close: what stands before it, and the quote. */
const OPEN: Readonly<Record<string, RegExp>> = {
  '"': /(?<before>^|[\s[{,:-])"(?:[^"\\]|\\.)*$/,
  "'": /(?<before>^|[\s[{,:-])'(?:[^']|'')*$/,
};
const CLOSING: Readonly<Record<string, string>> = { "[": "]", "{": "}" };

/** The line with what is closed in it blanked out, comments too, so that only open ends are left. */
function blanked(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:^|\s)#.*$/g, (text) => " ".repeat(text.length));
}

/** Where a quote opens that the error says is not closed. */
export function openQuote(lines: Lines, quote: string, last: number): Mistake | undefined {
  for (let index = 0; index <= Math.min(last, lines.length - 1); index++) {
    const found = OPEN[quote]?.exec(blanked(lines[index] ?? ""));
    if (!found) continue;
    const column = found.index + (found.groups?.before?.length ?? 0);
    return mistakeAt(
      index,
      column,
      `Found a ${quote} that opens a text and is not closed; expected another ${quote} at the end of the text.`,
      insteadOf(lines, index, column, (rest) => closed(rest, quote), `put a ${quote} at the end of the text`),
    );
  }
  return undefined;
}

/** Closing brackets at the end belong to the list around the text, where they were opened before it. */
function closed(rest: string, quote: string): string {
  const [end = ""] = /[\]}]*$/.exec(rest) ?? [];
  return `${rest.slice(0, rest.length - end.length).trimEnd()}${quote}${end}`;
}

/** Where a bracket opens that is not closed. */
export function openBracket(lines: Lines, last: number): Mistake | undefined {
  const open: { readonly line: number; readonly column: number; readonly bracket: string }[] = [];
  for (let line = 0; line <= Math.min(last, lines.length - 1); line++) {
    // Plain text that begins with neither may hold brackets.
    for (const { 0: bracket, index: column } of blanked(lines[line] ?? "").matchAll(/[[\]{}]/g)) {
      if (bracket === "[" || bracket === "{") open.push({ line, column, bracket });
      else if (CLOSING[open.at(-1)?.bracket ?? ""] === bracket) open.pop();
      else if (open.length > 0) return unmatched(open.at(-1), line, column, bracket);
    }
  }
  const first = open.at(-1);
  if (first === undefined) return undefined;
  const { line, column, bracket } = first;
  const expected = CLOSING[bracket] ?? "";
  const isLast = open.length === 1 && line < last;
  const isEnd = open.length === 1 && last >= lines.findLastIndex((text) => text.trim() !== "");
  const advice = isEnd ? `write ${expected} at the end of the file` : `write ${expected} where it ends`;
  return mistakeAt(
    line,
    column,
    `Found ${bracket} that is not closed; expected ${expected} at the end of what it opens.`,
    isLast ? insteadOf(lines, line, column, (rest) => `${rest.replace(/,?\s*$/, "")}${expected}`, advice) : advice,
  );
}

function unmatched(
  open: { readonly line: number; readonly column: number; readonly bracket: string } | undefined,
  line: number,
  column: number,
  bracket: string,
): Mistake | undefined {
  if (open === undefined) return undefined;
  const expected = CLOSING[open.bracket] ?? "";
  return mistakeAt(
    line,
    column,
    `Found ${bracket}; expected ${expected}, which closes the ${open.bracket} of line ${open.line + 1}.`,
    `write ${expected} before it`,
  );
}
