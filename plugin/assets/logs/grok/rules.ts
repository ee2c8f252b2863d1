import { GrokError } from "./error.ts";
import { parseTemplate, type Part } from "./template.ts";

/** A rule: a name, and what its text is made of. */
export interface Rule {
  readonly name: string;
  readonly parts: readonly Part[];
}

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.]*$/;

/**
 * Reads the rules of a text: one a line, its name in front of the first blank. Empty lines are passed over.
 *
 * @throws {GrokError} for a line without a rule, a name that is taken or wrong, and a token that cannot be read
 */
export function readRules(text: string): Rule[] {
  const rules: Rule[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const [, name = "", template = ""] = /^(\S+) +(.*)$/.exec(line) ?? [];
    if (name === "") throw new GrokError(`"${line}": expected a name, a blank and a rule`);
    if (!NAME.test(name)) throw new GrokError(`"${name}": expected a name of letters, digits, "_" and "."`);
    if (rules.some((rule) => rule.name === name)) throw new GrokError(`"${name}": the name of two rules`);
    try {
      rules.push({ name, parts: parseTemplate(template) });
    } catch (error) {
      if (error instanceof GrokError) throw new GrokError(`rule ${name}: ${error.message}`);
      throw error;
    }
  }
  return rules;
}
