import { TorchServeError } from "./errors.ts";

/** A request's target as Netty's `QueryStringDecoder` sees it and TorchServe splits it. */
export interface Target {
  /** As sent: path and query, still percent-encoded. */
  readonly raw: string;
  /** The path, decoded as a whole. */
  readonly path: string;
  /** The path split at `/` **after** decoding, without empty segments at the end: `["", "models", "alpha"]`. */
  readonly segments: readonly string[];
  /** The first value of a parameter. */
  parameter(name: string): string | undefined;
  /** All values of a parameter. */
  parameters(name: string): readonly string[];
}

/**
 * Takes an absolute or relative URL apart as TorchServe does. The path is decoded before it is split, so `%2F` is the
 * same as `/`; `+` is a space in the query only; `;` parts parameters like `&`.
 *
 * @throws {TorchServeError} 403 for a `%` without two hexadecimal digits.
 */
export function decodeTarget(url: string): Target {
  const raw = targetOf(url);
  const question = raw.indexOf("?");
  const path = decode(raw, 0, question === -1 ? raw.length : question, false);
  const query = question === -1 ? undefined : decodeQuery(raw, question + 1);
  return {
    raw,
    path,
    segments: split(path),
    parameter: (name) => query?.get(name)?.[0],
    parameters: (name) => query?.get(name) ?? [],
  };
}

/** Path and query of a URL, as sent. */
export function targetOf(url: string): string {
  const scheme = url.indexOf("://");
  if (scheme === -1) return url;
  const slash = url.indexOf("/", scheme + 3);
  return slash === -1 ? "/" : url.slice(slash);
}

/** Java's `String.split("/")`: empty strings at the end are dropped. */
function split(path: string): string[] {
  const segments = path.split("/");
  while (segments.at(-1) === "") segments.pop();
  return segments;
}

function decodeQuery(raw: string, start: number): Map<string, string[]> {
  const parameters = new Map<string, string[]>();
  let from = start;
  while (from < raw.length) {
    const length = raw.slice(from).search(/[&;]/);
    const end = length === -1 ? raw.length : from + length;
    if (end > from) {
      const equals = raw.indexOf("=", from);
      const nameEnd = equals === -1 || equals > end ? end : equals;
      const name = decode(raw, from, nameEnd, true);
      const value = nameEnd < end ? decode(raw, nameEnd + 1, end, true) : "";
      const values = parameters.get(name);
      if (values === undefined) parameters.set(name, [value]);
      else values.push(value);
    }
    from = end + 1;
  }
  return parameters;
}

const utf8 = new TextDecoder();

function decode(raw: string, start: number, end: number, plusIsSpace: boolean): string {
  const text = raw.slice(start, end);
  const percent = text.indexOf("%");
  if (percent === -1) return plusIsSpace && text.includes("+") ? text.replaceAll("+", " ") : text;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let i = start; i < end; i++) {
    const character = raw.charAt(i);
    if (character === "%") {
      const digits = raw.slice(i + 1, i + 3);
      if (i + 3 > end && i + 3 > raw.length) {
        throw illegal(`unterminated escape sequence at index ${i} of: ${raw}`);
      }
      if (!/^[0-9a-fA-F]{2}$/.test(digits)) throw illegal(`invalid hex byte '${digits}' at index ${i + 1} of '${raw}'`);
      bytes.push(Number.parseInt(digits, 16));
      i += 2;
    } else if (character === "+" && plusIsSpace) {
      bytes.push(0x20);
    } else {
      bytes.push(...encoder.encode(character));
    }
  }
  return utf8.decode(Uint8Array.from(bytes));
}

function illegal(message: string): TorchServeError {
  return new TorchServeError(403, "IllegalArgumentException", message);
}
