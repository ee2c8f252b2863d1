import { clip } from "../../text/mod.ts";

/** The most characters of an address in a message. */
const MAX_LENGTH = 300;

/** An address as messages show it: after a redirect it is a server's text. */
export function shown(url: URL): string {
  return clip(url.href, MAX_LENGTH);
}
