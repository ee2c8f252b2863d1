import type { IssueList } from "./issue_list.ts";
import { LIMITS } from "./limits.ts";
import type { Places } from "./places.ts";

/** What a text says, before anything is known of what it should say. */
export interface Parsed {
  /** The documents: one, or the objects of Kubernetes that the text lists. */
  readonly values: readonly unknown[];
  /** Where what stands there stands: asked for when there is something to say of it. */
  readonly places: () => Promise<Places>;
}

/**
 * A text with lines that end as `\n` does, whichever way they ended, and without a byte order mark: lines and columns
 * are counted in this one.
 */
export function plainLines(text: string): string {
  return (text.startsWith("\ufeff") ? text.slice(1) : text).replace(/\r\n?/g, "\n");
}

/** Reads YAML, or JSON; `undefined`, where it is neither: the issue says why. */
export async function parse(text: string, origin: string, issues: IssueList): Promise<Parsed | undefined> {
  if (text.length > LIMITS.fileCharacters) {
    const { fileCharacters } = LIMITS;
    issues.error(origin, `Found ${text.length} characters; expected a configuration of at most ${fileCharacters}.`);
    return undefined;
  }
  if (/^\s*[[{]/.test(text)) {
    try {
      const values: unknown[] = [JSON.parse(text)];
      if (hasRepeatedName(text)) (await import("./yaml.ts")).reportDuplicatesOfJson(text, issues);
      return { values, places: async () => await (await import("./yaml.ts")).placesOfJson(text, values) };
    } catch {
      // Flow style of YAML looks alike, and the YAML parser's errors have a line and a column.
    }
  }
  const { parseYaml, parseYamlStream } = await import("./yaml.ts");
  const isStream = /^kind:/m.test(text) && /^---/m.test(text);
  const read = isStream ? parseYamlStream(text, origin, issues) : parseYaml(text, origin, issues);
  return read && { values: read.values, places: () => Promise.resolve(read.places()) };
}

/** Whether a name stands twice in a JSON text: in one mapping, or in several. */
function hasRepeatedName(text: string): boolean {
  const names = Array.from(text.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g), ([, name]) => name);
  return new Set(names).size < names.length;
}
