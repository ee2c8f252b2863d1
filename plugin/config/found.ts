import { isMapping } from "./schemas.ts";

const MAX_SHOWN = 40;

/** A URL without its user info (RFC 3986, section 3.2.1). */
export function withoutUserInfo(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, "$1");
}

/** What should be a URL, for a message: without all that might be user info, however it is broken. */
export function withoutSecrets(text: string): string {
  const scheme = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i.exec(text)?.[0] ?? "";
  const rest = text.slice(scheme.length);
  const end = rest.lastIndexOf("@") + 1;
  if (scheme === "" && !rest.slice(0, end).includes(":")) return text;
  return scheme + rest.slice(end);
}

function quoted(value: string): string {
  const safe = withoutSecrets(value);
  return JSON.stringify(safe.length > MAX_SHOWN ? `${safe.slice(0, MAX_SHOWN)}…` : safe);
}

/**
 * What stands in the file, for a message: its type and, unless it is secret, a short form of its value. User info of
 * URLs is never shown.
 */
export function found(value: unknown, secret: boolean): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (value === "") return "an empty string";
  if (typeof value === "string") return secret ? "a string" : `the string ${quoted(value)}`;
  if (typeof value === "number") return secret ? "a number" : `the number ${value}`;
  if (typeof value === "boolean") return secret ? "a boolean" : `the boolean ${value}`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (isMapping(value)) return Object.keys(value).length === 0 ? "an empty mapping" : "a mapping";
  if (value instanceof Date) return "a date";
  return "binary data or a value of another special type";
}

/** `[A-Za-z_][A-Za-z0-9_]*`, without the time that a regular expression takes when it is first met. */
function isIdentifier(key: string): boolean {
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    const letter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
    if (!letter && (i === 0 || code < 48 || code > 57)) return false;
  }
  return key !== "";
}

/** The path of a member: `a.b`, `a[1]`, `a["X-B"]`. */
export function child(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (key.length <= MAX_SHOWN && isIdentifier(key)) return path === "" ? key : `${path}.${key}`;
  return `${path}[${quoted(key)}]`;
}

/** Whether a path is another one, or of something in what that one is of. */
export function isWithin(path: string, outer: string): boolean {
  return path.startsWith(outer) && (path.length === outer.length || ".[".includes(path.charAt(outer.length)));
}
