import type { Authentication, Authorizable } from "../auth/authentication.ts";
import type { CookieJar } from "./cookies.ts";
import type { HeaderFields } from "../header_fields.ts";
import { downgrade, originOf, redirectMethod } from "./redirects.ts";

/** What a request starts with. */
export interface Start {
  readonly url: URL;
  readonly method: string;
  readonly headers: HeaderFields;
  readonly body: Uint8Array | undefined;
  readonly authentications: readonly Authentication[];
  readonly cookies: CookieJar | undefined;
  readonly more: boolean;
  readonly maxBytes: number;
  readonly once: boolean;
}

/** Where a request has got to on its way through redirects. */
export class Hop {
  url: URL;
  /** Made for the first cookie, unless they outlive the run. */
  cookies: CookieJar | undefined;
  authentications: readonly Authentication[];
  /** No redirect has led to another origin yet. */
  trusted = true;
  readonly more: boolean;
  readonly maxBytes: number;
  readonly #once: boolean;
  #method: string;
  #headers: HeaderFields;
  #body: Uint8Array | undefined;

  constructor(start: Start) {
    this.url = start.url;
    this.cookies = start.cookies;
    this.authentications = start.authentications;
    this.more = start.more;
    this.maxBytes = start.maxBytes;
    this.#once = start.once;
    this.#method = start.method;
    this.#headers = start.headers;
    this.#body = start.body;
  }

  /** Never sent twice: as asked for, or since it may change something. */
  get once(): boolean {
    return this.#once || this.#method === "POST";
  }

  /** What is sent next; authentications, where there are any, add their fields to it. */
  message(): Authorizable {
    const headers = this.authentications.length === 0 ? this.#headers : this.#headers.clone();
    const message = { method: this.#method, url: this.url, headers };
    return this.#body === undefined ? message : { ...message, body: this.#body };
  }

  /**
   * Moves on to where an answer points; what identifies the asker stays behind when the origin changes.
   *
   * @param hasCertificate the client shows one to the origin that the instance names
   * @throws {HttpError} `http`, when credentials would leave TLS
   */
  follow(next: URL, status: number, hasCertificate: boolean): void {
    this.#headers = this.#headers.clone();
    const method = redirectMethod(status, this.#method);
    if (method !== this.#method) {
      this.#body = undefined;
      this.#headers.delete("Content-Type");
    }
    this.#method = method;
    if (originOf(next) !== originOf(this.url)) {
      const hadHeaders = this.#headers.keepHarmless();
      const hadCredentials = hadHeaders || this.authentications.length > 0 || (this.trusted && hasCertificate);
      if (hadCredentials && this.url.protocol === "https:" && next.protocol === "http:") {
        throw downgrade(this.url, next);
      }
      this.authentications = [];
      this.trusted = false;
    }
    this.url = next;
  }
}
