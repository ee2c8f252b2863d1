import type { Places } from "../places.ts";
import type { ConfigIssue } from "../types.ts";
import { lookAlike, withPlainCharacters } from "./characters.ts";
import { shellVariable, unquoted, variableMessage } from "./values.ts";
import { templateIn } from "./whole_file.ts";

/** Whether a text may hold any of what is looked for: most hold nothing. */
const SUSPECT = /[\u2018-\u201f\u00a0\u200b-\u200d\u2060\ufeff\uff1a]|\$[{A-Z_]|\{\{|\{%|<%|tags["']?\s*:|:\s+#\S/;
const TAG = String.raw`[A-Za-z][\w.-]*:[^\s,:]+`;
const SEVERAL_TAGS = new RegExp(`^${TAG}(?:\\s*,\\s*${TAG})+$`);

export function isSuspect(text: string): boolean {
  return SUSPECT.test(text);
}

/** What is right for a program and hardly what was meant: `“a”`, `${HOST}`, `{{ host }}`, two tags in one text. */
export function suspicious(places: Places): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const warn = (path: string, from: number, message: string, suggestion?: string) => {
    const place = places.placeOf(from);
    issues.push({ path, message, severity: "warning", place, ...(suggestion === undefined ? {} : { suggestion }) });
  };
  for (const { path, from, to, list } of places.texts()) {
    const token = places.text.slice(from, to);
    const text = unquoted(token);
    const template = templateIn(token);
    const variable = shellVariable(token);
    if (template !== undefined) warn(path, from, template);
    else if (variable !== undefined) warn(path, from, variableMessage(variable));
    else if (isStrange(text)) {
      const found = lookAlike(text);
      const advice = `write ${found?.meant ?? "plain characters"} in place of it`;
      warn(
        path,
        from,
        `Found ${found?.shown ?? "an odd character"}; expected ${found?.meant ?? "none"}.`,
        plain(token) ?? advice,
      );
    } else if (list !== undefined && SEVERAL_TAGS.test(text) && /(?:^|\.)tags$/.test(list.path)) {
      const tags = text.split(/\s*,\s*/);
      const all = list.items.flatMap((item) => item === text ? tags : [item]);
      const message = `Found ${tags.length} tags in one text; expected each as an item of the list.`;
      warn(list.path, list.from, message, `[${all.map((tag) => JSON.stringify(tag)).join(", ")}]`);
    }
  }
  for (const { path, from, after } of places.empty()) {
    if (!/^\s+#\S/.test(after)) continue;
    const message =
      "Found nothing behind the colon, since # begins a comment; expected quotes around a text that begins with #.";
    warn(path, from, message, "put quotes around the text");
  }
  return issues;
}

/** Quotes around a text, or what nobody can see in it, are not meant; inside of it, quotes may be. */
function isStrange(text: string): boolean {
  return /[\u200b-\u200d\u2060\ufeff\u00a0]|^[\u2018-\u201f]|[\u2018-\u201f]$|^[\w.-]+\uff1a/.test(text);
}

function plain(token: string): string | undefined {
  const meant = withPlainCharacters(token).trim();
  return /:\/\/[^/]*@|\?/.test(meant) ? undefined : meant;
}
