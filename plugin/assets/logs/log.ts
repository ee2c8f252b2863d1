import type { Searched } from "./search/match.ts";

/** A log while a pipeline works on it. */
export class Log implements Searched {
  /** By path: names of attributes come from pipelines, their values from lines. */
  readonly attributes = new Map<string, unknown>();
  readonly tags: string[];
  status = "info";
  timestamp: number | undefined;
  /** The rule of the grok parser that read the line. */
  rule: string | undefined;

  constructor(public message: string, tags: readonly string[]) {
    this.tags = [...tags];
  }

  /** An attribute, or the line. */
  attribute(path: string): unknown {
    return this.attributes.get(path) ?? (path === "message" ? this.message : undefined);
  }

  tag(name: string): readonly string[] {
    if (name === "status") return [this.status];
    return this.tags.filter((tag) => tag.startsWith(`${name}:`)).map((tag) => tag.slice(name.length + 1));
  }
}

/** Attributes by path as mappings in mappings, sorted by name. */
export function nested(attributes: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const groups = new Map<string, Map<string, unknown>>();
  const own = new Map<string, unknown>();
  for (const [path, value] of attributes) {
    const dot = path.indexOf(".");
    const name = dot < 0 ? path : path.slice(0, dot);
    if (dot < 0) own.set(name, value);
    else groups.set(name, (groups.get(name) ?? new Map<string, unknown>()).set(path.slice(dot + 1), value));
  }
  for (const [name, group] of groups) own.set(name, nested(group));
  return Object.fromEntries([...own].sort(([a], [b]) => a < b ? -1 : 1));
}
