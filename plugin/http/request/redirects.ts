import { HttpError } from "../errors.ts";
import { shown } from "../wire/shown.ts";
import { MAX_URL_LENGTH } from "./target.ts";

/** The most redirects that one request follows. */
export const MAX_REDIRECTS = 20;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What a redirect must not leave with credentials. The origin of `unix:` URLs is `null` to the URL standard. */
export function originOf({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

/**
 * Where a response sends the client (RFC 9110, 15.4), or `undefined` when it does not.
 *
 * @throws {HttpError} `limit`, for a `Location` that is too long; `http`, for one that is no HTTP URL: a Unix socket is left, but never entered.
 */
export function redirectTarget(status: number, location: string | undefined, from: URL): URL | undefined {
  if (!REDIRECTS.has(status) || location === undefined) return undefined;
  if (location.length > MAX_URL_LENGTH) {
    throw new HttpError(
      "limit",
      `${shown(from)} redirects to an address of ${location.length} characters; at most ${MAX_URL_LENGTH} are followed`,
      "ask the address that it should lead to",
    );
  }
  const url = URL.parse(location, from);
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (url === null || (!isHttp && originOf(url) !== originOf(from))) {
    throw new HttpError(
      "http",
      `${shown(from)} redirects to something that is not an HTTP address`,
      "set allow_redirects to false, or ask the address that it should lead to",
    );
  }
  url.username = "";
  url.password = "";
  url.hash = "";
  return url;
}

/** The method after a redirect: 303 makes a GET of everything, 301 and 302 of a POST (RFC 9110, 15.4.2 to 15.4.4). */
export function redirectMethod(status: number, method: string): string {
  if (status === 303) return method === "HEAD" ? method : "GET";
  return (status === 301 || status === 302) && method === "POST" ? "GET" : method;
}

/** The error of a chain of redirects that does not end. */
export function tooManyRedirects(address: string): HttpError {
  return new HttpError(
    "limit",
    `${address} redirected more than ${MAX_REDIRECTS} times`,
    "the server redirects in a circle: ask the address that it should end at",
  );
}

/** The error of a redirect that would take credentials out of TLS. */
export function downgrade(from: URL, to: URL): HttpError {
  return new HttpError(
    "http",
    `${shown(from)} redirects to ${shown(to)}, which is not encrypted; a request with credentials does not follow`,
    "use the address that it should end at, or set allow_redirects to false",
  );
}
