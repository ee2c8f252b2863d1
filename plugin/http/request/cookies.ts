/** Bounds of a jar (RFC 6265, 6.1, asks for at least 50 a domain of 4096 bytes). */
const MAX_COOKIES = 200;
const MAX_COOKIE_LENGTH = 4096;

interface Cookie {
  /** With its port, unless it is the scheme's own. */
  readonly host: string;
  readonly path: string;
  readonly secure: boolean;
  readonly name: string;
  readonly value: string;
  /** `Expires`, a date of the server: milliseconds since the epoch. */
  readonly expiresMs: number;
  /** `Max-Age`, a lifetime: milliseconds on the monotonic clock. */
  readonly endsMs: number;
}

/** Now, on both clocks, in milliseconds. */
export interface Now {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/**
 * The cookies of one instance (RFC 6265), kept in memory only.
 *
 * `Domain` is not honoured: a cookie goes back to the host, and the port, that set it and to no other.
 */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();

  /** Keeps what an answer's `Set-Cookie` fields say. */
  store(url: URL, fields: readonly string[], now: Now): void {
    for (const field of fields) {
      const cookie = field.length > MAX_COOKIE_LENGTH ? undefined : parseCookie(url, field, now);
      if (cookie === undefined) continue;
      const key = JSON.stringify([cookie.host, cookie.path, cookie.name]);
      this.#cookies.delete(key);
      if (isOver(cookie, now)) continue;
      this.#cookies.set(key, cookie);
      const [oldest] = this.#cookies.keys();
      if (this.#cookies.size > MAX_COOKIES && oldest !== undefined) this.#cookies.delete(oldest);
    }
  }

  /** The value of the `Cookie` field for a request, `undefined` without cookies. */
  header(url: URL, now: Now): string | undefined {
    if (this.#cookies.size === 0) return undefined;
    const pairs = [...this.#cookies.values()]
      .filter((cookie) => cookie.host === url.host && !isOver(cookie, now) && covers(cookie.path, url.pathname))
      .filter((cookie) => !cookie.secure || url.protocol === "https:")
      .sort((a, b) => b.path.length - a.path.length)
      .map((cookie) => `${cookie.name}=${cookie.value}`);
    return pairs.length === 0 ? undefined : pairs.join("; ");
  }
}

function isOver({ expiresMs, endsMs }: Cookie, { wallMs, monotonicMs }: Now): boolean {
  return expiresMs <= wallMs || endsMs <= monotonicMs;
}

function parseCookie(url: URL, field: string, { monotonicMs }: Now): Cookie | undefined {
  const [pair = "", ...attributes] = field.split(";");
  const equals = pair.indexOf("=");
  if (equals < 1) return undefined;
  let path = defaultPath(url.pathname);
  let secure = false;
  let expiresMs = Infinity;
  let endsMs: number | undefined;
  for (const attribute of attributes) {
    const [name = "", ...rest] = attribute.split("=");
    const value = rest.join("=").trim();
    switch (name.trim().toLowerCase()) {
      case "path":
        if (value.startsWith("/")) path = value;
        break;
      case "secure":
        secure = true;
        break;
      case "max-age":
        if (/^-?\d+$/.test(value)) {
          endsMs = monotonicMs + Number(value) * 1000;
        }
        break;
      case "expires":
        if (!Number.isNaN(Date.parse(value))) expiresMs = Date.parse(value);
    }
  }
  const name = pair.slice(0, equals).trim();
  // Max-Age is the stronger of the two (RFC 6265, 5.3).
  const end = endsMs === undefined ? { expiresMs, endsMs: Infinity } : { expiresMs: Infinity, endsMs };
  return { host: url.host, path, secure, name, value: pair.slice(equals + 1).trim(), ...end };
}

/** RFC 6265, 5.1.4: the folder of the request. */
function defaultPath(path: string): string {
  const end = path.lastIndexOf("/");
  return end <= 0 ? "/" : path.slice(0, end);
}

/** RFC 6265, 5.1.4: `/a` covers `/a` and `/a/b`, not `/ab`. */
function covers(cookiePath: string, path: string): boolean {
  return path === cookiePath || path.startsWith(cookiePath.endsWith("/") ? cookiePath : `${cookiePath}/`);
}
