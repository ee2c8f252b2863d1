import { dateFormat } from "./dates.ts";
import { GrokError } from "./error.ts";
import type { Call } from "./template.ts";

/** What a matcher or a filter makes of what matched; `undefined` leaves no attribute. */
export type Convert = (text: unknown) => unknown;

/** What a matcher matches, in RE2's syntax, and what it makes of it. */
export interface Matcher {
  readonly source: string;
  readonly convert: Convert;
}

const asText: Convert = (text) => text;
const asNumber: Convert = (text) => Number(text);
const asBoolean: Convert = (text) => String(text).toLowerCase() === "true";

const IPV4 = "(?:[0-9]{1,3}[.]){3}[0-9]{1,3}";
const IPV6 = "[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:%[0-9A-Za-z]+)?";
const HOST = "[0-9A-Za-z](?:[0-9A-Za-z_.-]*[0-9A-Za-z])?";

const PLAIN: Readonly<Record<string, Matcher>> = {
  notSpace: { source: "\\S+", convert: asText },
  word: { source: "\\w+", convert: asText },
  integer: { source: "[-+]?[0-9]+", convert: asNumber },
  integerStr: { source: "[-+]?[0-9]+", convert: asText },
  number: { source: "[-+]?[0-9]+(?:[.][0-9]+)?", convert: asNumber },
  numberStr: { source: "[-+]?[0-9]+(?:[.][0-9]+)?", convert: asText },
  ipv4: { source: IPV4, convert: asText },
  ipOrHost: { source: `(?:${IPV4}|${IPV6}|${HOST})`, convert: asText },
  hostname: { source: HOST, convert: asText },
  port: { source: "[0-9]{1,5}", convert: asText },
  boolean: { source: "(?i:true|false)", convert: asBoolean },
};

/** Names of all matchers, for messages. */
export const MATCHERS: readonly string[] = [...Object.keys(PLAIN), "data", "regex", "date"];

/**
 * The matcher of that name; `undefined` where there is none, so that it is a rule's name.
 *
 * @param lazy how much `data` takes where more than one length fits: the documentation says "equivalent to .*", and no
 * rule should depend on it
 * @throws {GrokError} for arguments that are not known
 */
export function matcherOf({ name, args }: Call, lazy: boolean): Matcher | undefined {
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  if (plain !== undefined || name === "data") {
    if (args.length > 0) throw new GrokError(`${name} takes no arguments`);
    return plain ?? { source: lazy ? "(?s:.*?)" : "(?s:.*)", convert: asText };
  }
  const [first, zone = "UTC"] = args;
  if (name !== "regex" && name !== "date") return undefined;
  if (typeof first !== "string" || typeof zone !== "string" || args.length > 2) {
    throw new GrokError(`${name} takes ${name === "date" ? "a pattern and a time zone" : "a regular expression"}`);
  }
  if (name === "regex") return { source: `(?:${first})`, convert: asText };
  const format = dateFormat(first, zone);
  return { source: format.source, convert: (text) => format.parse(String(text)) };
}

/**
 * The filter of that name.
 *
 * @throws {GrokError} for one that is not known
 */
export function filterOf({ name, args }: Call): Convert {
  const [factor] = args;
  switch (name) {
    case "scale":
      if (typeof factor !== "number") throw new GrokError("scale takes a number");
      return (value) => Number(value) * factor;
    case "integer":
    case "number":
      return asNumber;
    case "boolean":
      return asBoolean;
    case "lowercase":
      return (value) => String(value).toLowerCase();
    case "uppercase":
      return (value) => String(value).toUpperCase();
    case "decodeuricomponent":
      return (value) => decoded(String(value));
    default:
      throw new GrokError(
        `found the filter "${name}"; expected scale, integer, number, boolean, lowercase, uppercase or decodeuricomponent`,
      );
  }
}

/** What is not encoded properly stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
