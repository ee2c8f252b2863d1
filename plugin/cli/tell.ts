import { writeStderr } from "../runtime/stdout.ts";
import { oneLine } from "../text/mod.ts";

/** Tells a person something on stderr, as one line: what a server, a file or an argument says forges no second one. */
export function tell(line: string): void {
  writeStderr(oneLine(line));
}
