import type { Credentials } from "../credentials.ts";
import { HttpError } from "../errors.ts";

/** The longest URL that is requested, in characters. */
const MAX_URL_LENGTH = 16_384;

/** An address to ask, and what its user info said. */
export interface Target {
  /** Without user info and fragment. */
  readonly url: URL;
  readonly credentials?: Credentials;
}

/**
 * Reads the URL of a request and takes its user info out of it.
 *
 * @throws {HttpError} `config`, when it is not an `http://` or `https://` URL; the message does not show user info.
 */
export function parseTarget(text: string): Target {
  if (text.length > MAX_URL_LENGTH) {
    throw new HttpError("config", `The URL has ${text.length} characters: at most ${MAX_URL_LENGTH} are allowed`);
  }
  const url = URL.parse(text);
  if (url === null) {
    throw new HttpError("config", `Not a URL: ${withoutUserInfo(text)}`, "write it as http://host:port/path");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new HttpError(
      "config",
      `The URL ${withoutUserInfo(text)} has the scheme ${url.protocol}//`,
      "use http:// or https://",
    );
  }
  const { username, password } = url;
  // Each of these makes the URL anew.
  if (text.includes("#")) url.hash = "";
  if (!text.includes("@")) return { url };
  url.username = "";
  url.password = "";
  if (username === "" && password === "") return { url };
  return { url, credentials: { username: percentDecoded(username), password: percentDecoded(password) } };
}

/** `user%40corp` is `user@corp`; text that is not percent-encoded UTF-8 stays as it is. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Takes what may be user info out of a text that may not even be a URL. */
function withoutUserInfo(text: string): string {
  const start = text.indexOf("//") + 2;
  const end = text.lastIndexOf("@");
  return (end < start ? text : (start === 1 ? "" : text.slice(0, start)) + text.slice(end + 1)).slice(0, 200);
}
