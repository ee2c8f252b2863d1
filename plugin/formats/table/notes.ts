import type { Note } from "../../report/mod.ts";
import { oneLine } from "../../text/mod.ts";
import { paragraph, type Screen, section } from "./layout.ts";
import { exact } from "./values.ts";

/** So many lines to paste are shown of each note. */
const MAX_PASTED = 6;

/** Why something is not there that somebody may look for, with what to paste where that helps. */
export function noteLines(notes: readonly Note[], verbose: boolean, screen: Screen): string[] {
  if (notes.length === 0) return [];
  const lines = notes.flatMap(({ text, paste = [] }) => {
    const shown = verbose ? paste : paste.slice(0, MAX_PASTED);
    const left = paste.length - shown.length;
    return [
      ...paragraph(oneLine(text), { indent: 4, hang: 6 }, screen),
      // Not wrapped: it is pasted as it stands.
      ...shown.map((line) => `        ${oneLine(line)}`),
      ...(left === 0 ? [] : [screen.paint("faint", `        # and ${exact(left)} more: --verbose shows all`)]),
    ];
  });
  return [...section("Not collected", screen), ...lines];
}
