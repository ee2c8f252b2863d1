import type { HeaderFields } from "../header_fields.ts";
import type { WireResponse } from "../wire/transport.ts";

/** A request that is about to be sent, open for credentials. */
export interface Authorizable {
  readonly method: string;
  readonly url: URL;
  readonly headers: HeaderFields;
  readonly body?: Uint8Array;
}

/** Puts credentials on requests, and answers to servers that want them. */
export interface Authentication {
  /** It leaves the `Authorization` field to the user info of a URL. */
  readonly leavesUserInfo?: boolean;
  /** Adds credentials; called for every sending. @throws {HttpError} when there are none to be had. */
  authorize(message: Authorizable): void | Promise<void>;
  /** Hears of every answer; `true` asks to send again, with {@linkcode Authentication.authorize} called anew. */
  challenged?(response: WireResponse, message: Authorizable, attempt: number): boolean | Promise<boolean>;
}
