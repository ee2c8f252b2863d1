import { HttpError } from "../errors.ts";
import type { HttpRequest, HttpResponse } from "../types.ts";

/** A token and until when it can be used, milliseconds on the monotonic clock. */
export interface Token {
  readonly text: string;
  readonly expiresMs: number;
}

/** Gets a token from where the instance says. @throws {HttpError} `auth`, when there is none to be had. */
export type TokenReader = () => Promise<Token>;

/** Sends the request of a token, with the instance's TLS, proxy and timeouts, but without its credentials. */
export type TokenRequester = (request: HttpRequest) => Promise<HttpResponse>;

/** A text among the settings of a reader or writer. @throws {HttpError} `config`, when it is missing or no text. */
export function textSetting(
  part: "reader" | "writer",
  settings: Readonly<Record<string, unknown>>,
  name: string,
  otherwise?: string,
): string {
  const value = settings[name] ?? otherwise;
  if (typeof value === "string" && value !== "") return value;
  throw new HttpError(
    "config",
    `auth_token.${part}.${name} is missing, or no text`,
    `set ${name} under ${part} of auth_token`,
  );
}
