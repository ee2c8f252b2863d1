import { isAdvice } from "./advice.ts";
import { child, isWithin } from "./found.ts";
import type { Parsed } from "./parse.ts";
import type { Places, Spot } from "./places.ts";
import { refined } from "./refined.ts";
import type { ConfigIssue } from "./types.ts";

/** How many suggestions are tried, and the longest text that they are tried in, in characters. */
const MAX_TRIED = 20;
const MAX_TEXT = 65_536;

/** What is wrong with a text, for short: without places. */
export type Validate = (text: string) => Promise<readonly ConfigIssue[]>;

/**
 * Issues with their places, in words as near to the cause as possible; what is nowhere, like an instance that is missing, is
 * at the start. What is suggested has been tried: a suggestion that does not help is left out.
 */
export async function placed(
  issues: Iterable<ConfigIssue>,
  text: string,
  parsed: Parsed | undefined,
  validate: Validate,
): Promise<(issue: ConfigIssue) => ConfigIssue> {
  const places = await parsed?.places();
  const made = new Map<ConfigIssue, ConfigIssue>();
  let tried = 0;
  for (const issue of issues) {
    const spot: Spot = places?.spotOf(issue) ?? { place: { line: 1, column: 1 } };
    const known = places === undefined ? issue : await refined(issue, spot, places);
    const found = inJson({ ...known, place: known.place ?? spot.place }, spot, places);
    const { suggestion, ...rest } = found;
    const isTried = suggestion !== undefined && !isAdvice(suggestion) && text.length <= MAX_TEXT &&
      ++tried <= MAX_TRIED;
    made.set(issue, !isTried || await helps(found, spot, text, validate) ? found : rest);
  }
  return (issue) => made.get(issue) ?? issue;
}

/** In JSON a text without quotes would be none. */
function inJson(issue: ConfigIssue, { isJson = false, range }: Spot, places: Places | undefined): ConfigIssue {
  const { suggestion } = issue;
  if (!isJson || suggestion === undefined || places?.text.charAt(range?.[0] ?? 0) !== '"') return issue;
  return isAdvice(suggestion) || /^["[{\d]/.test(suggestion)
    ? issue
    : { ...issue, suggestion: JSON.stringify(suggestion) };
}

/** The text with what an issue suggests in the place of what it is about: a name or a value, else the rest of its line. */
export function applied(text: string, { place, suggestion = "" }: ConfigIssue, { place: at, range }: Spot): string {
  const { line, column } = place ?? at;
  const start = text.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  const end = range?.[0] === start ? range[1] : `${text}\n`.indexOf("\n", start);
  return text.slice(0, start) + suggestion + text.slice(end);
}

async function helps(issue: ConfigIssue, spot: Spot, text: string, validate: Validate): Promise<boolean> {
  const after = await validate(applied(text, issue, spot));
  const renamed = child(parent(issue.path), (issue.suggestion ?? "").replace(/^"|"$/g, ""));
  return !after.some(({ path, message, severity }) => {
    if (path === renamed && path !== issue.path) return /has no effect on|a second time/.test(message);
    if (!isWithin(path, issue.path)) return false;
    return severity === "error" || message === issue.message;
  });
}

/**
 * Issues in the order of the file. What is said of a place is said once, however many instances take it from there, and
 * not what only follows from a misspelt name.
 */
export function once(issues: readonly ConfigIssue[]): readonly ConfigIssue[] {
  const told = new Set<string>();
  const meant = new Set(
    issues.flatMap(({ path, suggestion }) => suggestion === undefined ? [] : [child(parent(path), suggestion)]),
  );
  const inOrder = [...issues].sort((a, b) => compare(lineOf(a), lineOf(b)) || compare(columnOf(a), columnOf(b)));
  return inOrder.filter(({ path, severity, message, place }) => {
    const needs = /has no effect without (\w+)\.$/.exec(message)?.[1];
    if (severity === "warning" && needs !== undefined && meant.has(child(parent(path), needs))) return false;
    const text = `${place?.line}:${place?.column} ${path.replace(/\[\d+\]/g, "")} ${message}`;
    return !told.has(text) && told.add(text);
  });
}

const compare = (a: number, b: number) => a === b ? 0 : a < b ? -1 : 1;
/** How many more there are is said at the end. */
const lineOf = ({ place, message }: ConfigIssue) =>
  /^Found \d+ more errors/.test(message) ? Infinity : place?.line ?? 0;
const columnOf = ({ place }: ConfigIssue) => place?.column ?? 0;

/** The path of what holds the thing at a path. */
function parent(path: string): string {
  return path.replace(/(?:^|\.)\w+$|(?:\["[^"]*"\]|\[\d+\])$/, "");
}
