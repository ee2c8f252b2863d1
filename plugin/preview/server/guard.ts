import { timingSafeEqual } from "node:crypto";

/** Names by which a browser on this machine reaches it. Any other is somebody's DNS that points here. */
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether a request may be answered at all: it names this machine, and does not come from a page of another origin. A
 * person who follows a link is no page: the token in the address is what lets her in.
 */
export function isWelcome(headers: Headers): boolean {
  const host = headers.get("host") ?? "";
  if (!LOOPBACK.test(host)) return false;
  const origin = headers.get("origin");
  if (origin !== null && origin.toLowerCase() !== `http://${host.toLowerCase()}`) return false;
  const site = headers.get("sec-fetch-site");
  if (site === null || site === "same-origin" || site === "none") return true;
  return headers.get("sec-fetch-mode") === "navigate" && headers.get("sec-fetch-dest") === "document";
}

/** Whether a token is the right one, in a time that tells nothing of it. */
export function isToken(given: string, token: string): boolean {
  const [a, b] = [given, token].map((text) => new TextEncoder().encode(text.padEnd(128).slice(0, 128)));
  return a !== undefined && b !== undefined && timingSafeEqual(a, b) && given.length === token.length;
}
