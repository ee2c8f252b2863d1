import type { HttpErrorCode } from "./types.ts";

/** There is no complete answer. The message names the address without user info; `hint` says what to do. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  /** One of the report's error codes (docs/protocol.md). */
  readonly code: HttpErrorCode;
  /** What the reader can do about it, one sentence. */
  readonly hint?: string;

  constructor(code: HttpErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    if (hint !== undefined) this.hint = hint;
  }
}
