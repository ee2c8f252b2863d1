import { unescape } from "./labels.ts";
import { CHARACTER, METRIC_NAME, METRIC_NAME_INITIAL, type Source, SPACE } from "./source.ts";
import { isWhiteSpace, skipWhiteSpace, strip } from "./white_space.ts";

/** A HELP or TYPE line. */
export interface Metadata {
  readonly keyword: "HELP" | "TYPE";
  readonly name: string;
  /** The unescaped help, or the word for the type. */
  readonly text: string;
  /** Where the text stands in the source. */
  readonly offset: number;
}

/** What is wrong with such a line, and where. */
export interface MetadataProblem {
  readonly offset: number;
  readonly expected: string;
}

const METRIC_NAME_PATTERN = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
/** The escapes of HELP ("Comments, help text, and type information"); quotes need none there. */
const HELP_ESCAPE = /\\[\\n]/g;
const WORDS = 4;

/**
 * Reads a line that starts with `#`, from its first byte up to its line feed.
 *
 * @returns `undefined` for a comment, which is any line whose second word is neither HELP nor TYPE
 */
export function readMetadata(source: Source, start: number, end: number): Metadata | MetadataProblem | undefined {
  return readPlain(source, start, end) ?? readOdd(source, start, end);
}

/** `# HELP name text` and `# TYPE name text` with single spaces and a plain name; `undefined` for any other line. */
function readPlain(source: Source, start: number, end: number): Metadata | undefined {
  const bytes = source.bytes;
  if (bytes[start + 1] !== SPACE || bytes[start + 6] !== SPACE) return undefined;
  const keyword = source.octets(start + 2, start + 6);
  if (keyword !== "HELP" && keyword !== "TYPE") return undefined;
  const nameStart = start + 7;
  if ((CHARACTER[bytes[nameStart]!]! & METRIC_NAME_INITIAL) === 0) return undefined;
  let nameEnd = nameStart + 1;
  while ((CHARACTER[bytes[nameEnd]!]! & METRIC_NAME) !== 0) nameEnd++;
  if (bytes[nameEnd] !== SPACE) return undefined;
  const text = strip(source.slice(nameEnd + 1, end));
  if (text === "") return undefined;
  return {
    keyword,
    name: source.slice(nameStart, nameEnd),
    text: keyword === "HELP" ? unescapeHelp(text) : text,
    offset: nameEnd + 1,
  };
}

function readOdd(source: Source, start: number, end: number): Metadata | MetadataProblem | undefined {
  // One byte is one character here, so that indexes are offsets.
  const line = strip(source.octets(start, end));
  const words = splitWords(line);
  const [, keyword, name, text] = words.map((word) => line.slice(word, wordEnd(line, word)));
  if (keyword !== "HELP" && keyword !== "TYPE") return undefined;
  const offset = start + (words[3] ?? line.length);
  const decode = (from: number, to: number) => source.slice(start + from, start + to);
  const nameOffset = words[2];
  let unquoted = "";
  if (name !== undefined && nameOffset !== undefined) {
    const known = unquoteName(decode(nameOffset, nameOffset + name.length));
    if (known === undefined) return { offset: start + nameOffset, expected: "a metric name" };
    unquoted = known;
  }
  if (keyword === "HELP") {
    const help = words[3] === undefined ? "" : decode(words[3], line.length);
    return { keyword, name: unquoted, text: unescapeHelp(help), offset };
  }
  if (text === undefined || words[3] === undefined) {
    return { offset, expected: name === undefined ? "a metric name and a type" : "a type" };
  }
  return { keyword, name: unquoted, text: decode(words[3], line.length), offset };
}

/** Where the first four words of a line start; white space between quotes separates no words. */
function splitWords(line: string): number[] {
  const starts: number[] = [];
  let index = 0;
  while (index < line.length && starts.length < WORDS) {
    index = skipWhiteSpace(line, index);
    starts.push(index);
    index = wordEnd(line, index);
  }
  return starts;
}

/** The index after the word that starts at `start`. */
function wordEnd(line: string, start: number): number {
  let quoted = false;
  let backslashes = 0;
  for (let index = start; index < line.length; index++) {
    const code = line.charCodeAt(index);
    if (code === 34 && backslashes % 2 === 0) quoted = !quoted;
    if (!quoted && isWhiteSpace(code)) return index;
    backslashes = code === 92 ? backslashes + 1 : 0;
  }
  return line.length;
}

/** A plain name as it is, a quoted one without quotes and escapes; `undefined` for a text that is neither. */
function unquoteName(name: string): string | undefined {
  if (!name.startsWith('"')) return METRIC_NAME_PATTERN.test(name) ? name : undefined;
  return name.length > 1 && name.endsWith('"') ? unescape(name.slice(1, -1)) : undefined;
}

function unescapeHelp(text: string): string {
  return text.includes("\\") ? text.replace(HELP_ESCAPE, (escape) => escape === "\\n" ? "\n" : "\\") : text;
}
