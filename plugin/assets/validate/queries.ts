import { type QueryIssue, QuerySyntaxError } from "../query/mod.ts";
import type { Findings } from "./findings.ts";
import type { JsonFile, JsonPath } from "./json_file.ts";

/** Reads a query of a file; what cannot be read is a finding that quotes it. */
export function readQuery<Query>(
  file: JsonFile,
  path: JsonPath,
  text: string,
  parse: (text: string) => Query,
  findings: Findings,
): Query | undefined {
  try {
    return parse(text);
  } catch (thrown) {
    if (!(thrown instanceof QuerySyntaxError)) throw thrown;
    const before = text.slice(Math.max(0, thrown.offset - 20), thrown.offset);
    findings.add(file.path, file.lineOf(path), `${thrown.message}, behind ${JSON.stringify(before)}`);
    return undefined;
  }
}

/** Makes findings of what is wrong with a query: each quotes the part of the text that it is about. */
export function addIssues(
  file: JsonFile,
  path: JsonPath,
  text: string,
  issues: readonly QueryIssue[],
  findings: Findings,
): void {
  for (const { message, at } of issues) {
    findings.add(file.path, file.lineOf(path), `${JSON.stringify(text.slice(at.start, at.end))}: ${message}`);
  }
}
