import { type ConfigIssue, excerpt, type FileResult, remedy } from "../config/mod.ts";
import { oneLine } from "../text/mod.ts";

/** Where a file's text is: its name, and the text that issues point into. */
type Source = Pick<FileResult, "origin" | "text">;

/** An issue as one line: `conf.yaml:3:12: error: instances[0].limit: Found …`. */
export function issueLine({ severity, path, message, suggestion, place }: ConfigIssue, origin: string): string {
  const at = place === undefined ? origin : `${origin}:${place.line}:${place.column}`;
  const about = path === origin || path.startsWith(`${origin}:`) ? "" : `${path}: `;
  return oneLine(`${at}: ${severity}: ${about}${message}${suggestion === undefined ? "" : ` ${remedy(suggestion)}`}`);
}

/** An issue as a line, and below it the line of the file that it is about, without secrets. */
export async function issueLines(issue: ConfigIssue, { origin, text }: Source): Promise<string[]> {
  const shown = issue.place === undefined ? [] : await excerpt(text, issue.place);
  return [issueLine(issue, origin), ...shown];
}
