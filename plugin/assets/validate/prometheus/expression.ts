import { quoted } from "../by_schema.ts";
import { hintFor } from "../hint.ts";
import { BEFORE_LABELS, FUNCTIONS, OF_COUNTERS, WORDS } from "./functions.ts";
import { SCRAPED, type Series } from "./series.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** What an expression is held against. */
export interface KnownSeries {
  readonly series: ReadonlyMap<string, Series>;
  /** Names of the variables of a dashboard; absent: it is no dashboard. */
  readonly variables?: ReadonlySet<string>;
}

const PAIRS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
const OPERATORS = ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "^"];
const MATCHERS = ["=", "!=", "=~", "!~"];

/** Variables that Grafana has by itself. */
const isBuiltIn = (name: string): boolean => name.startsWith("__");

/**
 * What is wrong with an expression in Prometheus' language, as far as that can be told without Prometheus: its brackets,
 * its names of series, labels, functions and variables, and which series are counted. `promtool` tells the rest.
 */
export function expressionIssues(text: string, known: KnownSeries): string[] {
  const tokens = tokensOf(text);
  const used = new Set(tokens.filter((_, i) => isSeries(tokens, i)).map((token) => token.text));
  const labels = new Set([...SCRAPED, ...[...used].flatMap((name) => known.series.get(name)?.labels ?? [])]);
  return [
    ...bracketIssues(tokens),
    ...operatorIssues(tokens),
    ...variableIssues(text, known),
    ...nameIssues(tokens, labels, known),
  ];
}

/** The series that an expression names. */
export function seriesIn(text: string): string[] {
  const tokens = tokensOf(text);
  return tokens.filter((_, i) => isSeries(tokens, i)).map((token) => token.text);
}

function bracketIssues(tokens: readonly Token[]): string[] {
  const open: string[] = [];
  for (const { kind, text } of tokens) {
    if (kind !== "sign") continue;
    if (["(", "[", "{"].includes(text)) open.push(text);
    const wanted = PAIRS[text];
    if (wanted !== undefined && open.pop() !== wanted) return [`${quoted(text)} closes what is not open`];
    if (wanted === undefined && !/^(?:[=!<>]=|[=!]~|[-+*/%^<>=({[,:@])$/.test(text)) {
      return [`${quoted(text)} is no part of an expression`];
    }
  }
  return open.map((text) => `${quoted(text)} is not closed`);
}

/** An operator has a value on each side; those of labels stand in braces. */
function operatorIssues(tokens: readonly Token[]): string[] {
  const issues: string[] = [];
  let inBraces = false;
  tokens.forEach(({ text }, i) => {
    const next = tokens[i + 1]?.text;
    if (text === "{") inBraces = true;
    else if (text === "}") inBraces = false;
    if (inBraces || !OPERATORS.includes(text) && !MATCHERS.includes(text)) return;
    if (MATCHERS.includes(text) && !OPERATORS.includes(text)) {
      issues.push(`${quoted(text)} compares labels: it stands in braces`);
    } else if (next === undefined || next === ")") issues.push(`nothing stands behind ${quoted(text)}`);
    else if (OPERATORS.includes(next) && next !== "-" && next !== "+") {
      issues.push(`${quoted(next)} stands behind ${quoted(text)}`);
    }
  });
  return issues;
}

function variableIssues(text: string, { variables }: KnownSeries): string[] {
  return [...text.matchAll(/\$\{?(\w+)/g)].flatMap(([whole, name = ""]) => {
    if (isBuiltIn(name) && variables !== undefined || variables?.has(name) === true) return [];
    return [
      variables === undefined ? `${quoted(whole)}: a rule has no variables` : `there is no variable ${quoted(whole)}`,
    ];
  });
}

function nameIssues(tokens: readonly Token[], labels: ReadonlySet<string>, { series }: KnownSeries): string[] {
  const issues: string[] = [];
  const functions: string[] = [];
  let inLabels = false;
  let selected: string | undefined;
  tokens.forEach(({ kind, text }, i) => {
    const [before, next] = [tokens[i - 1]?.text, tokens[i + 1]?.text];
    if (text === "(" && kind === "sign") {
      inLabels = BEFORE_LABELS.has(before ?? "");
      functions.push(inLabels ? "" : functionBefore(tokens, i));
    } else if (text === ")" && kind === "sign") {
      inLabels = false;
      functions.pop();
    } else if (text === "{") selected = isSeries(tokens, i - 1) ? before : undefined;
    if (kind !== "name") return;
    if (inLabels) {
      if (!labels.has(text)) issues.push(unknown("label", text, [...labels]));
    } else if (isLabelOf(tokens, i)) {
      const own = selected === undefined ? undefined : series.get(selected);
      if (own === undefined || text === "__name__" || [...own.labels, ...SCRAPED].includes(text)) return;
      issues.push(`${unknown("label", text, own.labels)}: ${selected} has ${[...own.labels, ...SCRAPED].join(", ")}`);
    } else if (isSeries(tokens, i)) {
      const own = series.get(text);
      if (own === undefined) issues.push(unknown("series", text, [...series.keys()]));
      else issues.push(...countIssues(text, own, functions.at(-1) ?? "", isRange(tokens, i)));
    } else if (next === "(" && !FUNCTIONS.has(text) && !BEFORE_LABELS.has(text) && !WORDS.has(text)) {
      issues.push(unknown("function", text, [...FUNCTIONS]));
    }
  });
  return issues;
}

/** Counters are looked at by how much they grow, and nothing else is. */
function countIssues(name: string, { isCounter }: Series, function_: string, isRanged: boolean): string[] {
  if (isCounter && !isRanged) return [`${quoted(name)} is a counter: ask for its rate(…) or increase(…)`];
  if (!isCounter && isRanged && OF_COUNTERS.includes(function_)) {
    return [`${quoted(`${function_}(`)} of ${name}, which is no counter`];
  }
  return [];
}

const unknown = (what: string, name: string, known: readonly string[]): string =>
  `there is no ${what} ${quoted(name)}${hintFor(name, known)}`;

/** A name that is no word, no function and no label. */
function isSeries(tokens: readonly Token[], i: number): boolean {
  const token = tokens[i];
  if (token?.kind !== "name" || WORDS.has(token.text) || BEFORE_LABELS.has(token.text)) return false;
  const next = tokens[i + 1]?.text ?? "";
  if (next === "(" || BEFORE_LABELS.has(next) && FUNCTIONS.has(token.text)) return false;
  return !isLabelOf(tokens, i) && !isListed(tokens, i);
}

/** In `{model_name="a"}`. */
const isLabelOf = (tokens: readonly Token[], i: number): boolean =>
  MATCHERS.includes(tokens[i + 1]?.text ?? "") && ["{", ","].includes(tokens[i - 1]?.text ?? "");

/** In `by (a, b)`. */
function isListed(tokens: readonly Token[], i: number): boolean {
  let at = i - 1;
  while (tokens[at]?.text === "," || tokens[at]?.kind === "name") at--;
  return tokens[at]?.text === "(" && BEFORE_LABELS.has(tokens[at - 1]?.text ?? "");
}

/** Whether a range stands behind a series and its labels. */
function isRange(tokens: readonly Token[], i: number): boolean {
  let at = i + 1;
  if (tokens[at]?.text === "{") {
    while (at < tokens.length && tokens[at]?.text !== "}") at++;
    at++;
  }
  return tokens[at]?.text === "[";
}

/** The function whose arguments a parenthesis opens: also behind `sum by (a)`. */
function functionBefore(tokens: readonly Token[], i: number): string {
  const before = tokens[i - 1];
  if (before?.kind === "name") return before.text;
  return "";
}
