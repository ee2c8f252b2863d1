import { Buffer } from "node:buffer";
import type { WireResponse } from "../wire/transport.ts";
import type { HttpResponse } from "../types.ts";

const utf8 = new TextDecoder();

/** What a check gets of an answer. */
export class Answer implements HttpResponse {
  readonly status: number;
  readonly url: string;
  readonly body: Uint8Array;
  readonly #wire: Pick<WireResponse, "statusText" | "headers">;

  /**
   * @param body decompressed
   * @param wire for what few ask for
   */
  constructor(status: number, url: string, body: Uint8Array, wire: Pick<WireResponse, "statusText" | "headers">) {
    this.status = status;
    this.url = url;
    this.body = body;
    this.#wire = wire;
  }

  get statusText(): string {
    return this.#wire.statusText;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#wire.headers;
  }

  text(): string {
    return utf8.decode(this.body);
  }
}

/** A refusal is shown to people: what it echoes of the request's credentials is not. */
export function withoutSecrets(
  { status, statusText, headers }: WireResponse,
  url: string,
  body: Uint8Array,
  hide: (text: string) => string,
): HttpResponse {
  // Latin-1 keeps every byte as it is, and header values are sent in it.
  const text = Buffer.from(body).toString("latin1");
  const shown = hide(text);
  return new Answer(status, url, shown === text ? body : Buffer.from(shown, "latin1"), {
    statusText: hide(statusText),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, hide(value)])),
  });
}
