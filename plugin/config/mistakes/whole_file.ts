import { type Lines, type Mistake, mistakeAt } from "./mistake.ts";

/** What a version control system leaves in a file when two changes meet. */
const CONFLICT = /^(?:<{7}|>{7}|\|{7})(?: |$)|^={7}$/;
/** What a program puts values in place of, before the file is read: Jinja, Helm, Go, ERB. */
const TEMPLATE = /\{\{.*?\}\}|\{%.*?%\}|<%.*?%>/;
const MAX_SHOWN = 40;

/** Marks of a merge that was not finished. */
export function conflictMarks(lines: Lines): Mistake | undefined {
  const index = lines.findIndex((line) => CONFLICT.test(line) && !line.startsWith("="));
  if (index < 0) return undefined;
  return mistakeAt(
    index,
    0,
    `Found ${
      (lines[index] ?? "").slice(0, 7)
    }, a mark of a merge conflict; expected the file as it is after the merge.`,
    "keep one of the two versions between the marks, and remove the marks",
  );
}

/** A template that was not rendered. */
export function templateLanguage(lines: Lines): Mistake | undefined {
  const index = lines.findIndex((line) => TEMPLATE.test(line.replace(/(^|\s)#.*$/, "$1")));
  const found = TEMPLATE.exec(lines[index] ?? "");
  if (index < 0 || found === null) return undefined;
  return mistakeAt(index, found.index, templateMessage(found[0]));
}

/** The template in a text, as a message; `undefined`, where there is none. */
export function templateIn(text: string): string | undefined {
  const found = TEMPLATE.exec(text);
  return found === null ? undefined : templateMessage(found[0]);
}

function templateMessage(found: string): string {
  const shown = found.length > MAX_SHOWN ? `${found.slice(0, MAX_SHOWN)}…` : found;
  return `Found ${shown}, which belongs to a template language; expected the file that is made of the template.`;
}
