import type { ConfigIssue } from "../config/mod.ts";
import { oneLine } from "../text/mod.ts";

/** An issue as one line. */
export function issueLine({ severity, path, message, suggestion }: ConfigIssue): string {
  return oneLine(`${severity}: ${path}: ${message}${suggestion === undefined ? "" : ` Did you mean: ${suggestion}?`}`);
}
