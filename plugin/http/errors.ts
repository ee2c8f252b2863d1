import type { HttpErrorCode } from "./types.ts";

/**
 * What happened, where somebody decides by it: nothing listens there; the name has no address; there was no connection
 * in the time for it, as where a firewall drops what is sent; the connection was closed
 * before an answer, or in the middle of it; the server has no TLS, or nothing but TLS; what it speaks is not HTTP; its
 * certificate is not accepted; the body has more bytes than are read. `other`: the code and the message say all there is.
 */
export type HttpFailure =
  | "refused"
  | "unknown_host"
  | "connect_timeout"
  | "no_response"
  | "cut_off"
  | "no_tls"
  | "only_tls"
  | "not_http"
  | "certificate"
  | "too_large"
  | "other";

/** There is no complete answer. The message names the address without user info; `hint` says what to do. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  /** One of the report's error codes (docs/protocol.md). */
  readonly code: HttpErrorCode;
  /** What the reader can do about it, one sentence. */
  readonly hint?: string;

  constructor(code: HttpErrorCode, message: string, hint?: string, readonly failure: HttpFailure = "other") {
    super(message);
    this.code = code;
    if (hint !== undefined) this.hint = hint;
  }
}
