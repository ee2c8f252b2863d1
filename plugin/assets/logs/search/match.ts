import type { Condition, Search } from "./parse.ts";

/** What a search looks at. */
export interface Searched {
  /** The value of an attribute, by its path. */
  attribute(path: string): unknown;
  /** Values of `source`, `status`, `service` and of tags. */
  tag(name: string): readonly string[];
}

/** Whether a log is among those that a search finds. */
export function matchesSearch(search: Search, log: Searched): boolean {
  switch (search.kind) {
    case "all":
      return true;
    case "not":
      return !matchesSearch(search.of, log);
    case "and":
      return search.of.every((part) => matchesSearch(part, log));
    case "or":
      return search.of.some((part) => matchesSearch(part, log));
    case "term": {
      const { field, conditions } = search;
      const values = field.startsWith("@") ? [log.attribute(field.slice(1))] : log.tag(field);
      return values.some((value) => value !== undefined && conditions.some((condition) => holds(condition, value)));
    }
  }
}

function holds(condition: Condition, value: unknown): boolean {
  switch (condition.kind) {
    case "exists":
      return true;
    case "text":
      return fits(condition.text.toLowerCase(), String(value).toLowerCase());
    case "range": {
      const { min = -Infinity, max = Infinity, open = false } = condition;
      const number = typeof value === "number" ? value : Number.NaN;
      return open ? number > min && number < max : number >= min && number <= max;
    }
  }
}

/** `*` stands for any text. Each part is looked for once, from left to right. */
function fits(pattern: string, text: string): boolean {
  const [start = "", ...others] = pattern.split("*");
  const end = others.pop();
  if (end === undefined) return text === start;
  if (!text.startsWith(start) || text.length < start.length + end.length || !text.endsWith(end)) return false;
  let at = start.length;
  for (const part of others) {
    at = text.indexOf(part, at);
    if (at < 0) return false;
    at += part.length;
  }
  return at <= text.length - end.length;
}

/** The fields that a search looks at. */
export function fieldsOf(search: Search): string[] {
  switch (search.kind) {
    case "all":
      return [];
    case "term":
      return [search.field];
    case "not":
      return fieldsOf(search.of);
    case "and":
    case "or":
      return search.of.flatMap(fieldsOf);
  }
}
