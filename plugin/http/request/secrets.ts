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
/** As much of the start of a longer value is hidden as well: excerpts end anywhere. */
const MIN_START = 8;
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

  /** A text without the secrets that stand in it, whole or cut short. */
  hide(text: string): string {
    const places = [...this.#values].flatMap((value) => placesOf(value, text)).sort(([a], [b]) => a - b);
    let shown = "";
    let from = 0;
    for (const [start, end] of places) {
      if (start >= from) shown += text.slice(from, start) + HIDDEN;
      from = Math.max(from, end);
    }
    return shown + text.slice(from);
  }

  #add(value: string | undefined): void {
    if (value === undefined || value.length < MIN_LENGTH) return;
    this.#values.add(value);
    const [oldest] = this.#values;
    if (this.#values.size > MAX_VALUES && oldest !== undefined) this.#values.delete(oldest);
  }
}

/** Where a secret, or enough of its start, stands in a text. */
function placesOf(secret: string, text: string): [start: number, end: number][] {
  const start = secret.slice(0, MIN_START);
  const places: [number, number][] = [];
  for (let at = text.indexOf(start); at >= 0; at = text.indexOf(start, at + 1)) {
    let length = start.length;
    while (length < secret.length && text[at + length] === secret[length]) length++;
    places.push([at, at + length]);
  }
  return places;
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
