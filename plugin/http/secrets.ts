import type { HttpOptions } from "./options.ts";

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
/** Stands where a secret was. */
const HIDDEN = "***";

/**
 * What a run has told servers in confidence, to be kept out of what it repeats of their answers: a server, or a proxy's
 * error page, may well echo the header of a request.
 */
export class Secrets {
  readonly #values = new Set<string>();

  constructor({ password, proxy }: HttpOptions) {
    this.#add(password);
    for (const address of [proxy?.http, proxy?.https]) {
      const { username = "", password = "" } = URL.parse(address ?? "") ?? {};
      for (const text of [password, decode(password)]) this.#add(text);
      if (username !== "") this.#add(base64(`${decode(username)}:${decode(password)}`));
    }
  }

  /** Takes note of the fields of a request. */
  learn(headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) {
      if (PUBLIC.has(name.toLowerCase()) || this.#values.has(value)) continue;
      this.#add(value);
      const [, scheme = "", credentials] = /^([\w-]+) +(\S+)$/.exec(value) ?? [];
      this.#add(credentials);
      if (scheme.toLowerCase() === "basic") this.#add(decodeBase64(credentials ?? "").replace(/^[^:]*:/, ""));
    }
  }

  /** A text without the secrets that stand in it. */
  hide(text: string): string {
    let shown = text;
    for (const value of this.#values) if (shown.includes(value)) shown = shown.replaceAll(value, HIDDEN);
    return shown;
  }

  #add(value: string | undefined): void {
    if (value === undefined || value.length < MIN_LENGTH) return;
    this.#values.add(value);
    const [oldest] = this.#values;
    if (this.#values.size > MAX_VALUES && oldest !== undefined) this.#values.delete(oldest);
  }
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
