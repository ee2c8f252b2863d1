import { clip, hideSecrets } from "../../text/mod.ts";
import type { HttpOptions } from "../options.ts";

/** Fields that every client sends, or that say where to: no secrets. */
const PUBLIC = new Set([
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "cache-control",
  "connection",
  "content-length",
  "content-type",
  "host",
  "pragma",
  "user-agent",
  "x-amz-content-sha256",
  "x-amz-date",
]);

/** Shorter values are words of any text: hiding them would hide everything. */
const MIN_LENGTH = 4;
/** Values that are remembered; digests and signatures are new with every request. */
const MAX_VALUES = 256;
/** The most characters of a text that are looked through, and given back: what is shown to people is shorter. */
export const MAX_HIDDEN_TEXT = 65_536;

/**
 * What a run has told servers in confidence, to be kept out of what it repeats of their answers: a server, or a proxy's
 * error page, may well echo the header of a request.
 */
export class Secrets {
  readonly #values = new Set<string>();
  #lastLearnt: object | undefined;

  constructor({ password, proxy }: Pick<HttpOptions, "password" | "proxy">) {
    this.#add(password);
    for (const address of [proxy?.http, proxy?.https]) {
      const { username = "", password = "" } = URL.parse(address ?? "") ?? {};
      for (const text of [password, decode(password)]) this.#add(text);
      if (username !== "") this.#add(base64(`${decode(username)}:${decode(password)}`));
    }
  }

  /** Takes note of the fields of a request; those of a crawl's are one object. */
  learn(headers: Readonly<Record<string, string>>): void {
    if (headers === this.#lastLearnt) return;
    this.#lastLearnt = headers;
    for (const [name, value] of Object.entries(headers)) {
      if (PUBLIC.has(name.toLowerCase()) || this.#values.has(value)) continue;
      this.#add(value);
      const [, scheme = "", credentials] = /^([\w-]+) +(\S+)$/.exec(value) ?? [];
      this.#add(credentials);
      if (scheme.toLowerCase() === "basic") this.#add(decodeBase64(credentials ?? "").replace(/^[^:]*:/, ""));
    }
  }

  /** A text without the secrets that stand in it, whole or cut short; at most {@linkcode MAX_HIDDEN_TEXT} of it. */
  hide(text: string): string {
    return hideSecrets(clip(text, MAX_HIDDEN_TEXT), this.#values);
  }

  #add(value: string | undefined): void {
    if (value === undefined || value.length < MIN_LENGTH) return;
    this.#values.add(value);
    this.#values.add(utf8AsLatin1(value));
    for (const oldest of this.#values) {
      if (this.#values.size <= MAX_VALUES) break;
      this.#values.delete(oldest);
    }
  }
}

/** The bytes of UTF-8, as they look where a text is read as Latin-1. */
function utf8AsLatin1(text: string): string {
  // deno-lint-ignore no-control-regex
  return /^[\u0000-\u007f]*$/.test(text)
    ? text
    : Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function base64(text: string): string | undefined {
  try {
    return btoa(text);
  } catch {
    return undefined;
  }
}

function decodeBase64(text: string): string {
  try {
    return atob(text);
  } catch {
    return "";
  }
}
