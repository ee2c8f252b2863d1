import { GrokError } from "./error.ts";
import { type Convert, filterOf, matcherOf, MATCHERS } from "./matchers.ts";
import { readRules, type Rule } from "./rules.ts";
import type { Token } from "./template.ts";

/** What a rule found in a text: its name, and attributes by their paths. */
export interface GrokMatch {
  readonly rule: string;
  readonly attributes: ReadonlyMap<string, unknown>;
}

/** The rules of a grok parser, ready to read texts in time linear in their length. */
export interface Grok {
  /** Names of the rules, in their order. */
  readonly rules: readonly string[];
  /** Every path that a rule may find, with the rules that may. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
  /** What the first rule that matches all of a text finds; `undefined` where none matches. */
  parse(text: string): GrokMatch | undefined;
}

interface Capture {
  readonly group: string;
  readonly path: string;
  readonly convert: Convert;
}

interface Compiled {
  readonly name: string;
  readonly captures: readonly Capture[];
  exec(text: string): ReadonlyMap<string, string> | undefined;
}

/** Rules that are written out are no longer than this: a support rule may be named again and again. */
const MAX_SOURCE = 65_536;

/**
 * Compiles the rules of a grok parser. They run on RE2, so that no text can bring them to a halt.
 *
 * @param lazy `data` takes as little as it can, not as much
 * @throws {GrokError} for what cannot be compiled, with the rule's name
 */
export async function compileGrok(supportRules: string, matchRules: string, lazy = false): Promise<Grok> {
  const { RE2JS, RE2JSException } = await import("re2js");
  const support = readRules(supportRules);
  const match = readRules(matchRules);
  const known = new Map<string, Rule>();
  for (const rule of support) {
    for (const part of rule.parts) if (part.kind === "token") assertKnown(part, known, rule.name);
    known.set(rule.name, rule);
  }
  const compiled = match.map((rule): Compiled => {
    const { source, captures } = new Writer(known, lazy).rule(rule);
    known.set(rule.name, rule);
    try {
      const pattern = RE2JS.compile(`^(?:${source})$`);
      const names = captures.map(({ group }) => group);
      return {
        name: rule.name,
        captures,
        exec(text) {
          const matcher = pattern.matcher(text);
          if (!matcher.matches()) return undefined;
          return new Map(names.flatMap((name): [string, string][] => {
            const found = matcher.group(name);
            return found === null ? [] : [[name, found]];
          }));
        },
      };
    } catch (error) {
      if (error instanceof RE2JSException) throw new GrokError(`rule ${rule.name}: ${error.message}`);
      throw error;
    }
  });
  const paths = new Map<string, string[]>();
  for (const { name, captures } of compiled) {
    for (const { path } of captures) paths.set(path, [...new Set([...paths.get(path) ?? [], name])]);
  }
  return { rules: compiled.map(({ name }) => name), paths, parse: (text) => firstMatch(compiled, text) };
}

function firstMatch(rules: readonly Compiled[], text: string): GrokMatch | undefined {
  for (const { name, captures, exec } of rules) {
    const groups = exec(text);
    if (groups === undefined) continue;
    const attributes = new Map<string, unknown>();
    for (const { group, path, convert } of captures) {
      const found = groups.get(group);
      const value = found === undefined ? undefined : convert(found);
      if (value !== undefined && !attributes.has(path)) attributes.set(path, value);
    }
    return { rule: name, attributes };
  }
  return undefined;
}

function assertKnown({ matcher }: Token, known: ReadonlyMap<string, Rule>, rule: string): void {
  if (MATCHERS.includes(matcher.name) || known.has(matcher.name)) return;
  throw new GrokError(
    `rule ${rule}: found %{${matcher.name}}; expected a rule above it or one of ${MATCHERS.join(", ")}`,
  );
}

/** Writes rules as one regular expression. */
class Writer {
  readonly #captures: Capture[] = [];
  #length = 0;

  constructor(readonly known: ReadonlyMap<string, Rule>, readonly lazy: boolean) {}

  rule(rule: Rule): { source: string; captures: readonly Capture[] } {
    return { source: this.#write(rule), captures: this.#captures };
  }

  #write(rule: Rule): string {
    let source = "";
    for (const part of rule.parts) {
      const piece = part.kind === "regex" ? part.source : this.#token(part, rule.name);
      this.#length += piece.length;
      if (this.#length > MAX_SOURCE) throw new GrokError(`rule ${rule.name} is longer than ${MAX_SOURCE} characters`);
      source += piece;
    }
    return source;
  }

  #token(token: Token, rule: string): string {
    const { matcher, extract, filter } = token;
    assertKnown(token, this.known, rule);
    const builtIn = inRule(rule, () => matcherOf(matcher, this.lazy));
    const filtered = filter === undefined ? asItIs : inRule(rule, () => filterOf(filter));
    const converted = builtIn?.convert ?? asItIs;
    const group = `g${this.#captures.length}`;
    if (extract !== undefined) {
      this.#captures.push({ group, path: extract, convert: (text) => filtered(converted(text)) });
    }
    const inner = this.known.get(matcher.name);
    const source = builtIn?.source ?? (inner === undefined ? "" : this.#write(inner));
    return extract === undefined ? `(?:${source})` : `(?P<${group}>${source})`;
  }
}

const asItIs: Convert = (value) => value;

function inRule<T>(rule: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof GrokError) throw new GrokError(`rule ${rule}: ${error.message}`);
    throw error;
  }
}
