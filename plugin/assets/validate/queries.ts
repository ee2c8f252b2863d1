import { type QueryIssue, QuerySyntaxError } from "../query/mod.ts";
import type { Place } from "./place.ts";
import { STAND_IN } from "./stand_in.ts";

/** Reads a query that stands at a place; one that cannot be read is a finding that quotes it. */
export function readQuery<Query>(place: Place, text: string, parse: (text: string) => Query): Query | undefined {
  if (text === STAND_IN) return undefined;
  try {
    return parse(text);
  } catch (thrown) {
    if (!(thrown instanceof QuerySyntaxError)) throw thrown;
    const before = text.slice(Math.max(0, thrown.offset - 20), thrown.offset);
    place.add([], `${thrown.message}, behind ${JSON.stringify(before)}`);
    return undefined;
  }
}

/** Makes findings of what is wrong with a query: each quotes the part of the text that it is about. */
export function addIssues(place: Place, text: string, issues: readonly QueryIssue[]): void {
  for (const { message, at } of issues) place.add([], `${JSON.stringify(text.slice(at.start, at.end))}: ${message}`);
}
