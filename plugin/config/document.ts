import type * as v from "valibot";
import { clean } from "./clean.ts";

import { found } from "./found.ts";
import { IssueList } from "./issue_list.ts";
import { parse, plainLines } from "./parse.ts";
import { parseWith } from "./schema_issues.ts";
import { isMapping, type OptionSchema } from "./schemas.ts";
import { type Resolved, resolveTemplates, type TemplateValues } from "./templates.ts";
import type { ConfigIssue } from "./types.ts";
import { reportUnknownNames } from "./unknown_names.ts";

/** How a document is read. */
export interface DocumentOptions {
  /** No value of it is shown in issues. */
  readonly isSecret: boolean;
  /** What template variables stand for. */
  readonly templates: TemplateValues;
}

/** What a document says. */
export interface ReadDocument<T> {
  /** Absent where an issue is an error. */
  readonly value?: T;
  readonly issues: readonly ConfigIssue[];
  /** As it stands in the text, template variables too: what of it may be shown. */
  readonly written: Readonly<Record<string, unknown>>;
  /** The same issues without the values of environment variables. */
  readonly hide: Resolved["hide"];
}

/**
 * Reads a YAML or JSON document against its schema; an empty one is an empty mapping. Nothing is thrown for what a text
 * may hold.
 */
export async function readDocument<S extends OptionSchema>(
  text: string,
  origin: string,
  schema: S,
  { isSecret, templates }: DocumentOptions,
): Promise<ReadDocument<v.InferOutput<S>>> {
  const issues = new IssueList(origin);
  const without = () => ({ issues: issues.all, written: {}, hide: <I>(all: readonly I[]) => all });
  const parsed = await parse(plainLines(text), origin, issues);
  if (parsed === undefined) return without();
  const { values } = parsed;
  const written = values.length > 1 ? values : values[0] ?? {};
  if (!isMapping(written)) {
    issues.error(origin, `Found ${found(written, isSecret)}; expected a mapping.`);
    return without();
  }
  const { value: resolved, hide } = resolveTemplates(written, "", templates);
  const cleaned = clean(resolved, "", issues);
  if (cleaned === undefined) return without();
  reportUnknownNames(schema, cleaned, "", issues);
  const value = parseWith(schema, cleaned, "", isSecret, issues);
  const read = { issues: hide(issues.all), written, hide };
  return issues.failed || value === undefined ? read : { ...read, value };
}
