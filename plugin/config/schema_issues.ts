import * as v from "valibot";
import { child, found } from "./found.ts";
import type { IssueList } from "./issue_list.ts";
import { nearest } from "./nearest.ts";
import { isMapping, type OptionSchema } from "./schemas.ts";

const MAX_VERSION = 64;

/** Checks a cleaned value; problems become issues at their path in the file. `undefined`: there were some. */
export function parseWith<S extends OptionSchema>(
  schema: S,
  value: unknown,
  path: string,
  secret: boolean,
  issues: IssueList,
): v.InferOutput<S> | undefined {
  const result = v.safeParse(schema, value, { abortPipeEarly: true });
  if (!result.issues) return result.output;
  for (const issue of result.issues) report(issue, path, secret, issues);
  return undefined;
}

function report(issue: v.BaseIssue<unknown>, path: string, secret: boolean, issues: IssueList): void {
  let at = path;
  for (const item of issue.path ?? []) {
    if (typeof item.key === "string" || typeof item.key === "number") at = child(at, item.key);
  }
  // A missing member: valibot says so with the schema of the mapping.
  if (issue.input === undefined && (issue.type === "object" || issue.type === "loose_object")) {
    issues.error(at, `Found nothing; expected a value: this setting is required.`);
    return;
  }
  const message = `Found ${found(issue.input, secret)}; expected ${issue.message}.`;
  issues.error(at, message, remedy(issue, secret));
}

/** The last of the versions of what has another version in the file: `TLSv1.3` for `TLSv1.4`. */
function newest(input: string, words: readonly string[]): string | undefined {
  if (input.length > MAX_VERSION || !/\d$/.test(input)) return undefined;
  const name = (version: string) => version.replace(/[\d.]/g, "").toLowerCase();
  return words.findLast((word) => /\d$/.test(word) && name(word) === name(input));
}

/** Something concrete to write instead, where the mistake is a common one. */
function remedy(issue: v.BaseIssue<unknown>, secret: boolean): string | undefined {
  const { input } = issue;
  if (issue.type === "picklist" && typeof input === "string") {
    const words = [...(issue.expected ?? "").matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? "");
    return newest(input, words) ?? nearest(input, words);
  }
  if (issue.type === "array" && typeof input === "string" && input !== "") {
    return secret ? undefined : `[${JSON.stringify(input)}]`;
  }
  if (issue.type !== "string") return undefined;
  if (typeof input === "number" || typeof input === "boolean") {
    return secret ? "put quotes around it" : `put quotes around it: "${input}"`;
  }
  if (input instanceof Date) return "put quotes around it";
  if (!secret && isMapping(input)) {
    const [[name, value] = [], ...more] = Object.entries(input);
    // `- env: prod` is a mapping in YAML, where `- env:prod` is a string.
    if (name !== undefined && more.length === 0 && typeof value !== "object") return `"${name}:${String(value)}"`;
  }
  return undefined;
}
