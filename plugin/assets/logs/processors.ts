import type { GrokParser, Processor } from "./asset.ts";
import { compileGrok } from "./grok/compile.ts";
import type { Log } from "./log.ts";
import { matchesSearch } from "./search/match.ts";
import { parseSearch } from "./search/parse.ts";

/** Works on a log. */
export type Step = (log: Log) => void;

/**
 * What a processor of a pipeline does.
 *
 * @param lazy what `data` takes in rules, see `compileGrok`
 * @throws {GrokError | SearchError} where its rules or searches cannot be read
 */
export async function stepOf(processor: Processor, lazy: boolean): Promise<Step> {
  switch (processor.type) {
    case "grok-parser":
      return await grokStep(processor, lazy);
    case "category-processor": {
      const { target } = processor;
      const categories = processor.categories.map(({ name, filter }) => ({ name, search: parseSearch(filter.query) }));
      return (log) => {
        const category = categories.find(({ search }) => matchesSearch(search, log));
        if (category !== undefined) log.attributes.set(target, category.name);
      };
    }
    case "date-remapper":
      return (log) => {
        const time = firstOf(log, processor.sources);
        if (typeof time === "number") log.timestamp ??= time;
      };
    case "message-remapper":
      return (log) => {
        const text = firstOf(log, processor.sources);
        if (typeof text !== "string") return;
        log.message = text;
        for (const source of processor.sources) log.attributes.delete(source);
      };
    case "status-remapper": {
      return (log) => {
        const level = firstOf(log, processor.sources);
        if (level !== undefined) log.status = statusOf(level);
      };
    }
    case "attribute-remapper":
      return remapStep(processor);
  }
}

async function grokStep({ source, grok: { supportRules, matchRules } }: GrokParser, lazy: boolean): Promise<Step> {
  const grok = await compileGrok(supportRules, matchRules, lazy);
  return (log) => {
    const text = log.attribute(source);
    const match = typeof text === "string" ? grok.parse(text) : undefined;
    log.rule = match?.rule;
    for (const [path, value] of match?.attributes ?? []) log.attributes.set(path, value);
  };
}

function remapStep(processor: Extract<Processor, { type: "attribute-remapper" }>): Step {
  const { sources, sourceType, target, targetType, preserveSource, overrideOnConflict } = processor;
  return (log) => {
    const source = sources.find((path) => valueOf(log, path, sourceType) !== undefined);
    if (source === undefined) return;
    const value = valueOf(log, source, sourceType);
    const taken = targetType === "tag" ? log.tag(target).length > 0 : log.attributes.has(target);
    if (taken && !overrideOnConflict) return;
    if (!preserveSource) remove(log, source, sourceType);
    if (taken) remove(log, target, targetType);
    if (targetType === "tag") log.tags.push(tagOf(target, value));
    else log.attributes.set(target, value);
  };
}

/** Datadog writes tags in small letters, with `_` for each sign that is no letter, digit, `_`, `-`, `:`, `.` or `/`. */
function tagOf(name: string, value: unknown): string {
  return `${name}:${String(value)}`.toLowerCase().replace(/[^\p{L}\p{N}_\-:./]/gu, "_");
}

function valueOf(log: Log, name: string, type: "attribute" | "tag"): unknown {
  return type === "tag" ? log.tag(name)[0] : log.attributes.get(name);
}

function remove(log: Log, name: string, type: "attribute" | "tag"): void {
  if (type === "attribute") log.attributes.delete(name);
  else log.tags.splice(0, log.tags.length, ...log.tags.filter((tag) => !tag.startsWith(`${name}:`)));
}

function firstOf({ attributes }: Log, sources: readonly string[]): unknown {
  return sources.map((path) => attributes.get(path)).find((value) => value !== undefined);
}

const BY_NUMBER = ["emergency", "alert", "critical", "error", "warn", "notice", "info", "debug"] as const;

/** By the start of a level in any case, in the order in which Datadog's documentation has them. */
const BY_START = [
  [/^(?:emerg|f)/, "emergency"],
  [/^a/, "alert"],
  [/^c/, "critical"],
  [/^err/, "error"],
  [/^w/, "warn"],
  [/^n/, "notice"],
  [/^i/, "info"],
  [/^[dtv]/, "debug"],
  [/^[os]/, "ok"],
] as const;

/** The status that a level stands for. */
export function statusOf(level: unknown): string {
  const text = String(level).toLowerCase();
  const byNumber = /^[0-7]$/.test(text) ? BY_NUMBER[Number(text)] : undefined;
  return byNumber ?? BY_START.find(([start]) => start.test(text))?.[1] ?? "info";
}
