import type { AuthTokenOptions } from "../options.ts";
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

/** What a reader of this type is configured with. */
export type ReaderSettings<Type extends AuthTokenOptions["reader"]["type"]> = Extract<
  AuthTokenOptions["reader"],
  { readonly type: Type }
>;
