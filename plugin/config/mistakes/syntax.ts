import { nearest } from "../nearest.ts";
import { mistakeInLines } from "./line_rules.ts";
import { insteadOf, type Lines, type Mistake, mistakeAt } from "./mistake.ts";
import { openBracket, openQuote } from "./open_ends.ts";
import { conflictMarks, templateLanguage } from "./whole_file.ts";

/** What the YAML library says of a text that it cannot read. */
export interface Problem {
  /** Its name for the kind of error. */
  readonly code: string;
  readonly message: string;
  /** From 0. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
}

/** The likely cause of what the library says, in our words, where it is rather than where the library noticed it. */
export function syntaxMistake(text: string, problem: Problem): Mistake {
  const lines = text.split("\n");
  return conflictMarks(lines) ?? templateLanguage(lines) ?? openEnd(lines, problem) ??
    mistakeInLines(lines, problem.line, problem.line + 1) ?? mistakeInLines(lines, 0, problem.line) ??
    byCode(lines, problem) ?? anything(lines, problem);
}

function openEnd(lines: Lines, { message, line }: Problem): Mistake | undefined {
  const quote = /^Missing closing (["'])quote/.exec(message)?.[1];
  if (quote !== undefined) return openQuote(lines, quote, line);
  return /Flow .* end with a [\]}]/.test(message) ? openBracket(lines, line) : undefined;
}

type Cause = (lines: Lines, problem: Problem) => Mistake | undefined;

/** What each kind of error usually comes from. */
const CAUSES: Readonly<Record<string, Cause>> = {
  BAD_ALIAS: wildcard,
  BAD_SCALAR_START: reservedStart,
  BAD_DQ_ESCAPE: escape,
  BLOCK_AS_IMPLICIT_KEY: secondColon,
  BLOCK_IN_FLOW: missingComma,
  BAD_INDENT: indentation,
  MISSING_CHAR: missing,
  MULTIPLE_DOCS: (_, { line, column }) =>
    mistakeAt(
      line,
      column,
      "Found a second document; expected one: what stands after --- is not read.",
      "put all instances into one list, and remove the line with ---",
    ),
  TAG_RESOLVE_FAILED: tag,
  UNEXPECTED_TOKEN: unexpected,
  KEY_OVER_1024_CHARS: (_, { line, column }) =>
    mistakeAt(line, column, "Found a name of more than 1024 characters; expected a name of an option."),
  RESOURCE_EXHAUSTION: (_, { line, column }) =>
    mistakeAt(line, column, "Found nesting beyond bounds; expected a plain YAML document."),
};

function byCode(lines: Lines, problem: Problem): Mistake | undefined {
  return Object.hasOwn(CAUSES, problem.code) ? CAUSES[problem.code]?.(lines, problem) : undefined;
}

/** The end of the line that is a value: without what closes a list around it. */
function quotedValue(rest: string): string {
  const [end = ""] = /\s*[\]}]*$/.exec(rest) ?? [];
  return `'${rest.slice(0, rest.length - end.length).replaceAll("'", "''")}'${end}`;
}

/** `- *`: an alias to YAML, a wildcard to whoever wrote it. */
function wildcard(lines: Lines, { line, column }: Problem): Mistake | undefined {
  const at = (lines[line] ?? "").lastIndexOf("*", column);
  if (at < 0) return undefined;
  return mistakeAt(
    line,
    at,
    "Found a text that starts with *, which YAML takes for an alias; expected quotes around it, and .* for any name.",
    insteadOf(
      lines,
      line,
      at,
      (rest) => quotedValue(rest).replace(/^'[^']*/, (text) => text.replace(/\*+/g, ".*")),
      "put quotes around it",
    ),
  );
}

/** `%%host%%`, `@name`, `` `name` ``. */
function reservedStart(lines: Lines, { line, column }: Problem): Mistake {
  const sign = (lines[line] ?? "").charAt(column);
  return mistakeAt(
    line,
    column,
    `Found a text that starts with ${sign}, which YAML keeps for itself; expected quotes around it.`,
    insteadOf(lines, line, column, quotedValue, "put quotes around it"),
  );
}

/** `"\d+"`. */
function escape(lines: Lines, { line, column }: Problem): Mistake {
  const at = Math.max(0, (lines[line] ?? "").indexOf("\\", column));
  const sign = (lines[line] ?? "").slice(at, at + 2);
  return mistakeAt(
    line,
    at,
    `Found ${sign} in double quotes, which is no sign of YAML; expected \\${sign}, or single quotes around the text.`,
    insteadOf(lines, line, at, (rest) => rest.replace(/\\(?![\\"])/g, "\\\\"), "write \\\\ for each \\"),
  );
}

/** `service: a: b`, or a line that starts further right than the one above. */
function secondColon(lines: Lines, { line, column }: Problem): Mistake | undefined {
  const written = lines[line] ?? "";
  const colon = written.search(/:\s+\S.*?:(?:\s|$)/);
  const rest = written.slice(column);
  const second = /:(?:\s|$)/.exec(rest);
  if (colon < 0 || second === null) return tooFarRight(lines, line);
  const url = /^(https?):\s+(\/\/\S*)\s*$/.exec(rest);
  if (url !== null) {
    return mistakeAt(
      line,
      column,
      "Found a space in an address; expected none after its scheme.",
      `${url[1]}:${url[2]}`,
    );
  }
  return mistakeAt(
    line,
    column,
    "Found a second colon with a space after it on the line; expected quotes around the text.",
    insteadOf(lines, line, column, quotedValue, "put quotes around the text after the first colon"),
  );
}

/** The first column of what a line says, from 0: a dash belongs to the indentation. */
function start(line: string): number {
  return /^[\s-]*/.exec(line)?.[0].length ?? 0;
}

/** The line above one that says something, from 0. */
function above(lines: Lines, line: number): number {
  let index = line - 1;
  while (index > 0 && /^\s*(?:#.*)?$/.test(lines[index] ?? "")) index--;
  return index;
}

function tooFarRight(lines: Lines, line: number): Mistake | undefined {
  const next = lines.findIndex((text, index) => index > line && !/^\s*(?:#.*)?$/.test(text));
  if (next < 0 || start(lines[next] ?? "") <= start(lines[line] ?? "")) return undefined;
  return misplaced(lines, next, start(lines[line] ?? ""), line);
}

function misplaced(lines: Lines, line: number, column: number, below: number): Mistake {
  const name = /^[\s-]*([\w-]+):/.exec(lines[below] ?? "")?.[1];
  const where = column > start(lines[below] ?? "") ? "inside of" : "below";
  const like = name === undefined ? `as line ${below + 1} does` : `${where} ${name}`;
  return mistakeAt(
    line,
    /^\s*/.exec(lines[line] ?? "")?.[0].length ?? 0,
    `Found a line that starts in column ${start(lines[line] ?? "") + 1}; expected column ${column + 1}, ${like}.`,
    `put it ${like}, in column ${column + 1}`,
  );
}

/** A line that starts where no line before it does. */
function indentation(lines: Lines, { line }: Problem): Mistake | undefined {
  const before = above(lines, line);
  if (before < 0 || line >= lines.length) return undefined;
  const isItem = /^\s*-\s/.test(lines[line] ?? "");
  let like = before;
  // An item belongs below an item, a name below a name.
  while (isItem && like > 0 && !/^\s*-\s/.test(lines[like] ?? "")) like = above(lines, like);
  const column = isItem ? /^\s*/.exec(lines[like] ?? "")?.[0].length ?? 0 : start(lines[like] ?? "");
  return misplaced(lines, line, column, like);
}

/** A missing `- `, comma or value. */
function missing(lines: Lines, problem: Problem): Mistake | undefined {
  if (problem.message.startsWith("Sequence item")) return indentation(lines, problem);
  if (problem.message.startsWith("Missing ,")) return missingComma(lines, problem);
  return undefined;
}

/** `["a" "b"]`, `'it's'`. */
function missingComma(lines: Lines, { line }: Problem): Mistake | undefined {
  const written = lines[line] ?? "";
  const gap = /["'}\]](?<gap>\s+)(?=["'{[])/.exec(written);
  if (gap !== null) {
    return mistakeAt(
      line,
      gap.index + gap[0].length,
      "Found two things side by side; expected a comma between them.",
      insteadOf(lines, line, gap.index + gap[0].length, (rest) => `, ${rest}`, "put a comma before it"),
    );
  }
  return behindQuote(lines, line);
}

function behindQuote(lines: Lines, line: number): Mistake | undefined {
  const written = lines[line] ?? "";
  // In a flow mapping a colon may stand right behind a name.
  const next = written.includes("{") ? /[^\s,:\]}]/ : /[^\s,\]}:]|:\S/;
  const found = new RegExp(`(?:^|[\\s[{,:-])(["'])(?:(?!\\1).)*\\1(?=${next.source})`).exec(written);
  if (found === null) return undefined;
  const [text, quote = ""] = found;
  return mistakeAt(
    line,
    found.index + text.length - 1,
    `Found text right behind a closing ${quote}; expected the end of the text.`,
    quote === "'"
      ? "put all of the text into the quotes, and write '' for a ' in it"
      : 'put all of the text into the quotes, and write \\" for a " in it',
  );
}

function tag(lines: Lines, { line, column }: Problem): Mistake {
  const [sign = "!"] = /^!\S{0,40}/.exec((lines[line] ?? "").slice(column)) ?? [];
  return mistakeAt(
    line,
    column,
    `Found the tag ${sign}, which means nothing here; expected the value itself.`,
    "write the value itself; %%env_NAME%% stands for a variable of the environment",
  );
}

function unexpected(lines: Lines, problem: Problem): Mistake | undefined {
  const { line, message } = problem;
  if (message.startsWith("Block scalar header")) {
    const column = Math.max(0, (lines[line] ?? "").search(/[|>]/));
    return mistakeAt(
      line,
      column,
      "Found a text behind | or >, which begin a text of several lines; expected quotes around it.",
      insteadOf(lines, line, column, quotedValue, "put quotes around it"),
    );
  }
  return missingComma(lines, problem);
}

/** Where nothing more is known: an alias without a name, a line without a colon, or something out of place. */
function anything(lines: Lines, { line, column, code }: Problem): Mistake {
  const at = Math.min(line, Math.max(0, lines.length - 1));
  const before = above(lines, at);
  if (/[|>][-+]?\s*$/.test(lines[before] ?? "")) return misplaced(lines, at, start(lines[before] ?? "") + 2, before);
  if (code === "MULTILINE_IMPLICIT_KEY" || code === "MISSING_CHAR") {
    return mistakeAt(at, column, "Found a line without a colon; expected a name, a colon, a space and a value.");
  }
  return mistakeAt(at, column, "Found something that does not belong where it stands; expected YAML.");
}

/** An alias without its anchor: one that is misspelt, or a wildcard. */
export function aliasMistake(
  text: string,
  name: string,
  anchors: readonly string[],
  line: number,
  column: number,
): Mistake {
  const lines = text.split("\n");
  const meant = nearest(name, anchors);
  if (meant === undefined && !/^\s*(?:-\s+)*<<:/.test(lines[line] ?? "")) {
    const found = wildcard(lines, { code: "", message: "", line, column });
    if (found !== undefined) return found;
  }
  return mistakeAt(
    line,
    column,
    `Found the alias *${name.slice(0, 40)}, and no anchor &${name.slice(0, 40)} before it; expected one.`,
    meant === undefined ? undefined : `*${meant}`,
  );
}
