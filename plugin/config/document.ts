import type * as v from "valibot";
import { clean } from "./clean.ts";
import { parse } from "./file.ts";
import { found } from "./found.ts";
import { IssueList } from "./issue_list.ts";
import { parseWith } from "./schema_issues.ts";
import { isMapping, type OptionSchema } from "./schemas.ts";
import type { ConfigIssue } from "./types.ts";
import { reportUnknownNames } from "./unknown_names.ts";

/** What a document says. */
export interface ReadDocument<T> {
  /** Absent where an issue is an error. */
  readonly value?: T;
  readonly issues: readonly ConfigIssue[];
}

/**
 * Reads a YAML or JSON document against its schema; an empty one is an empty mapping. Nothing is thrown for what a text
 * may hold.
 */
export async function readDocument<S extends OptionSchema>(
  text: string,
  origin: string,
  schema: S,
  secret: boolean,
): Promise<ReadDocument<v.InferOutput<S>>> {
  const issues = new IssueList(origin);
  const documents = await parse(text, origin, issues);
  if (documents === undefined) return { issues: issues.all };
  const written = documents.length > 1 ? documents : documents[0] ?? {};
  if (!isMapping(written)) {
    issues.error(origin, `Found ${found(written, secret)}; expected a mapping.`);
    return { issues: issues.all };
  }
  const cleaned = clean(written, "", issues);
  if (cleaned === undefined) return { issues: issues.all };
  reportUnknownNames(schema, cleaned, "", issues);
  const value = parseWith(schema, cleaned, "", secret, issues);
  return issues.failed || value === undefined ? { issues: issues.all } : { value, issues: issues.all };
}
