import { Buffer } from "node:buffer";
import { clip, oneLine } from "../../text/mod.ts";
import type { HttpResponse } from "../types.ts";
import type { WireResponse } from "../wire/transport.ts";
import { MAX_HIDDEN_TEXT } from "./secrets.ts";

/** The most characters of a reason phrase. */
const MAX_STATUS_TEXT = 200;

const utf8 = new TextDecoder();

/** What a check gets of a response. */
export class ReadResponse implements HttpResponse {
  readonly status: number;
  readonly url: string;
  readonly body: Uint8Array;
  readonly #wire: Pick<WireResponse, "statusText" | "headers" | "release">;

  /**
   * @param body decompressed
   * @param wire for what few ask for
   */
  constructor(
    status: number,
    url: string,
    body: Uint8Array,
    wire: Pick<WireResponse, "statusText" | "headers" | "release">,
  ) {
    this.status = status;
    this.url = url;
    this.body = body;
    this.#wire = wire;
  }

  get statusText(): string {
    return oneLine(clip(this.#wire.statusText, MAX_STATUS_TEXT));
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#wire.headers;
  }

  release(): void {
    this.#wire.release?.();
  }

  text(): string {
    return utf8.decode(this.body);
  }
}

/**
 * A refusal is shown to people: what it echoes of the request's credentials is not, nor what lies behind the longest
 * text that is looked through.
 */
export function withoutSecrets(
  { status, statusText, headers }: WireResponse,
  url: string,
  body: Uint8Array,
  hide: (text: string) => string,
): HttpResponse {
  const start = body.length > MAX_HIDDEN_TEXT ? body.slice(0, MAX_HIDDEN_TEXT) : body;
  // Latin-1 keeps every byte as it is, and header values are sent in it.
  const text = Buffer.from(start.buffer, start.byteOffset, start.length).toString("latin1");
  const shown = hide(text);
  return new ReadResponse(status, url, shown === text ? start : Buffer.from(shown, "latin1"), {
    statusText: hide(statusText),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, hide(value)])),
  });
}
