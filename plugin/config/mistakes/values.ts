import { nearest } from "../nearest.ts";
import { withBrackets } from "./addresses.ts";
import { lookAlike, withPlainCharacters } from "./characters.ts";
import { meantNumber } from "./numbers.ts";
import { templateIn } from "./whole_file.ts";

/** A value with which something is wrong, as it stands in the file. */
export interface WrittenValue {
  /** With its quotes. */
  readonly token: string;
  /** The line that it starts in. */
  readonly line: string;
  /** The message: `Found …; expected …`. */
  readonly message: string;
  /** Its last name in the file: `tags`. */
  readonly name: string;
}

/** What is said of a value in place of its issue's own words. */
export interface Refined {
  readonly message?: string;
  readonly suggestion?: string;
}

const WORDS = ["true", "false", "yes", "no", "on", "off"];
const MAX_TOKEN = 1_000;

/** The likely cause of what is wrong with a value, and what was meant; `undefined`: nothing is known that is nearer. */
export function refinedValue({ token, line, message, name }: WrittenValue): Refined | undefined {
  // Of a lone $ in a compose file it is said already what it is.
  if (token.length > MAX_TOKEN || message.startsWith("Found a $")) return undefined;
  const template = templateIn(token) ?? (/^\s*\{/.test(token) ? templateIn(line) : undefined);
  if (template !== undefined) return { message: template };
  const variable = shellVariable(token);
  if (variable !== undefined) return { message: variableMessage(variable) };
  const stranger = lookAlike(token);
  if (stranger !== undefined) {
    return {
      message: `Found ${stranger.shown}; expected ${stranger.meant}.`,
      suggestion: withPlainCharacters(token).trim(),
    };
  }
  const text = unquoted(token);
  const expected = message.slice(message.indexOf("; expected "));
  if (/; expected true or false/.test(message)) return suggested(nearest(text, WORDS));
  if (message.includes("expected the address")) return suggested(withBrackets(text) ?? withoutBlanks(text));
  if (message.startsWith("Found a mapping; expected a list of strings")) return suggested(tagsOf(token));
  if (/^Found (?:the|a) string.*; expected a list of/.test(message)) {
    const isPatterns = message.includes("regular expressions");
    return suggested(meantList(isPatterns ? text.replace(/(?<![\w.)\]])\*/g, ".*") : text, name, isPatterns));
  }
  return suggested(meantNumber(text, expected));
}

function suggested(suggestion: string | undefined): Refined | undefined {
  return suggestion === undefined ? undefined : { suggestion };
}

/** A text without the quotes around it. */
export function unquoted(token: string): string {
  const [, , text] = /^(["'])(.*)\1$/s.exec(token) ?? [];
  return text ?? token;
}

/** `${NAME}` or `$NAME`, as a shell or Compose would put a value in its place. */
export function shellVariable(text: string): string | undefined {
  const braced = /\$\{([A-Za-z_]\w*)(?::?[-?+][^}]*)?\}/.exec(text)?.[1];
  return braced ?? /(?:^["']?|:\/\/(?:[\w.-]+:)?)\$([A-Z_][A-Z0-9_]*)(?=["':/]|$)/.exec(text)?.[1];
}

/** An address without blanks around it, with a colon for the blank before its port, and with slashes for backslashes. */
function withoutBlanks(text: string): string | undefined {
  const meant = text.trim().replaceAll("\\", "/").replace(/^(https?:\/\/[\w.-]+)\s+(?=\d+(?:\/|$))/i, "$1:");
  return meant !== text && !/\s/.test(meant) && URL.canParse(meant) ? meant : undefined;
}

/** `{env: prod, team: ml}` as a list of tags. */
function tagsOf(token: string): string | undefined {
  const parts = token.replace(/^\{|\}$/g, "").split(/[\n,]/).map((part) => part.trim()).filter((part) => part !== "");
  const tags = parts.map((part) => /^([\w.-]+):\s+([\w./-]+)$/.exec(part)).map((found) =>
    found && `${found[1]}:${found[2]}`
  );
  return tags.length === 0 || tags.includes(null)
    ? undefined
    : `[${tags.map((tag) => JSON.stringify(tag)).join(", ")}]`;
}

/** What is said of a variable that nothing fills in. */
export function variableMessage(name: string): string {
  const shown = name.slice(0, 40);
  return `Found \${${shown}}, which nothing puts a value in place of; expected the value itself, or %%env_${shown}%%, ` +
    "which stands for that variable of the environment.";
}

/** The list that a text stands for: `env:prod, team:ml`, `a, b]`, `-a -b`. */
export function meantList(text: string, name: string, always = false): string | undefined {
  const inner = text.trim().replace(/^\[|\]$/g, "");
  const dashes = inner.split(/\s+(?=-)/);
  if (dashes.length > 0 && dashes.every((part) => /^-[\w.:*]+$/.test(part))) {
    return JSON.stringify(dashes.map((part) => part.slice(1))).replaceAll('","', '", "');
  }
  const parts = inner.split(/\s*[,;]\s*/).map((part) => unquoted(part.trim())).filter((part) => part !== "");
  const isPlain = name === "tags"
    ? parts.every((part) => !/\s/.test(part))
    : parts.every((part) => /^[\w.*-]+$/.test(part));
  if (parts.length === 0 || !isPlain) return undefined;
  return parts.length === 1 && inner === text && !always ? undefined : JSON.stringify(parts).replaceAll('","', '", "');
}
