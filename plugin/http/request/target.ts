import type { Credentials } from "../credentials.ts";
import { HttpError } from "../errors.ts";

/** The longest URL that is requested, in characters. */
export const MAX_URL_LENGTH = 16_384;

/** An address to ask, and what its user info said. */
export interface Target {
  /** Without user info and fragment. */
  readonly url: URL;
  readonly credentials?: Credentials;
}

/**
 * Reads the URL of a request and takes its user info out of it.
 *
 * @throws {HttpError} `config`, when it is not an `http://`, `https://` or `unix://` URL; the message does not show user info.
 */
export function parseTarget(text: string): Target {
  if (text.length > MAX_URL_LENGTH) {
    throw new HttpError("config", `The URL has ${text.length} characters: at most ${MAX_URL_LENGTH} are allowed`);
  }
  const url = URL.parse(text.startsWith("unix:") ? quotedSocket(text) : text);
  if (url === null) {
    throw new HttpError("config", `Not a URL: ${withoutUserInfo(text)}`, "write it as http://host:port/path");
  }
  // Each part of a URL that is asked for is made anew, and each that is set makes the URL anew.
  const { protocol } = url;
  if (protocol === "unix:") return { url: socketUrl(url, text) };
  if (protocol !== "http:" && protocol !== "https:") {
    throw new HttpError(
      "config",
      `The URL ${withoutUserInfo(text)} has the scheme ${protocol}//`,
      "use http://, https:// or unix://",
    );
  }
  if (text.includes("#")) url.hash = "";
  if (!text.includes("@")) return { url };
  const { username, password } = url;
  url.username = "";
  url.password = "";
  if (username === "" && password === "") return { url };
  return { url, credentials: { username: percentDecoded(username), password: percentDecoded(password) } };
}

/** `unix:///run/ts.sock/ping`, which the Agent takes as well: the path of the socket ends with `.sock`. */
function quotedSocket(text: string): string {
  const [, path, rest = ""] = /^unix:\/\/(\/.*?\.sock)([/?#].*)?$/.exec(text) ?? [];
  return path === undefined ? text : `unix://${encodeURIComponent(path)}${rest}`;
}

/** @throws {HttpError} `config`, when the host is not the percent-encoded absolute path of a socket */
function socketUrl(url: URL, text: string): URL {
  if (!percentDecoded(url.hostname).startsWith("/") || url.username !== "" || url.port !== "") {
    throw new HttpError(
      "config",
      `The URL ${withoutUserInfo(text)} names no Unix socket`,
      "write the path of the socket percent-encoded, as in unix://%2Frun%2Fts.sock/ping",
    );
  }
  if (url.pathname === "") url.pathname = "/";
  url.hash = "";
  return url;
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
