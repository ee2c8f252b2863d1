import { parseSearch, type Search, SearchError } from "../logs/search/parse.ts";
import { quoted } from "./by_schema.ts";
import { hintFor } from "./hint.ts";
import { EMITTED } from "./emitted.ts";

/** What searches are held against. */
export interface Searched {
  /** Attributes that the log pipeline finds; `undefined`: it cannot be read. */
  readonly attributes?: ReadonlySet<string> | undefined;
  /** Tags that the log pipeline sets. */
  readonly logTags: readonly string[];
}

/** What every log line has. */
const RESERVED = ["source", "service", "host", "status"];
/** What a pipeline makes of levels (https://docs.datadoghq.com/logs/log_configuration/processors/, status remapper). */
const STATUSES = ["emergency", "alert", "critical", "error", "warning", "warn", "notice", "info", "debug", "ok"];
const SOURCE = "source:torchserve";

/** A template variable in a search: `$host`, or its value in `@model.name:$model_name.value`. */
const VARIABLE = /(?<=^|[\s:("])\$(\w+)(?:\.value)?/g;

/** The template variables of a search. */
export const variablesIn = (search: string): string[] => [...search.matchAll(VARIABLE)].map(([, name = ""]) => name);

/** All that is wrong with a search over log lines. */
export function logSearchIssues(text: string, searched: Searched): string[] {
  let search: Search;
  try {
    search = parseSearch(
      text.replace(VARIABLE, (term, _, at: number) => text[at - 1] === ":" ? "value" : `host:${term.slice(1)}`),
    );
  } catch (error) {
    if (!(error instanceof SearchError)) throw error;
    return [`the search ${quoted(text)}: ${error.message}`];
  }
  const issues = text.split(" ").includes(SOURCE) ? [] : [`${quoted(text)} does not look for ${SOURCE}`];
  for (const { field, conditions } of termsOf(search)) {
    const odd = facetIssue(field, searched);
    if (odd !== undefined) issues.push(odd);
    if (field !== "status") continue;
    for (const one of conditions) {
      if (one.kind !== "text" || STATUSES.includes(one.text)) continue;
      issues.push(`${quoted(`status:${one.text}`)}: no log has this status${hintFor(one.text, STATUSES)}`);
    }
  }
  return issues;
}

/** What is wrong with the name of a facet: `status`, `@http.method`; `undefined`: nothing. */
export function facetIssue(name: string, { attributes, logTags }: Searched): string | undefined {
  if (attributes === undefined) return undefined;
  const known = [...RESERVED, ...logTags, ...[...attributes].map((attribute) => `@${attribute}`)];
  if (known.includes(name)) return undefined;
  const hint = hintFor(name, known.filter((one) => one.startsWith("@") === name.startsWith("@")));
  return `${quoted(name)}: the log pipeline finds no such attribute${hint}`;
}

/** All that is wrong with a search over events: its words have to stand in the title of one. */
export function eventSearchIssues(text: string): string[] {
  const terms = text.split(" ").filter((term) => term !== "" && !term.startsWith("$"));
  const issues = terms.includes(SOURCE) ? [] : [`${quoted(text)} does not look for ${SOURCE}`];
  const titles = Object.keys(EMITTED.events);
  const words = titles.flatMap((title) => title.toLowerCase().split(" "));
  const tags = [...RESERVED, ...Object.values(EMITTED.events).flat()];
  for (const term of terms.filter((one) => one !== SOURCE && !one.startsWith("source:"))) {
    const [tag = "", value] = term.split(":", 2);
    if (value !== undefined ? tags.includes(tag) : words.includes(term.toLowerCase())) continue;
    issues.push(
      value === undefined
        ? `${quoted(term)} stands in no title of an event${hintFor(term, words)}`
        : `${quoted(term)}: events have no tag ${quoted(tag)}${hintFor(tag, tags)}`,
    );
  }
  return issues;
}

function* termsOf(search: Search): Generator<Extract<Search, { kind: "term" }>> {
  if (search.kind === "term") yield search;
  else if (search.kind === "not") yield* termsOf(search.of);
  else if (search.kind !== "all") { for (const one of search.of) yield* termsOf(one); }
}
