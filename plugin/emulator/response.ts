import { toGson } from "./java.ts";
import type { Random } from "./random.ts";
import { TorchServeError } from "./errors.ts";

/** Builds responses with the headers that TorchServe sends. */
export class Responses {
  readonly #prefix: string;
  #count = 0;

  constructor(random: Random) {
    const hex = (digits: number) => Math.floor(random() * 16 ** digits).toString(16).padStart(digits, "0");
    this.#prefix = `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-`;
  }

  /** A value for `x-request-id`: in the shape of a UUID, and unique. */
  nextRequestId(): string {
    return this.#prefix + (++this.#count).toString(16).padStart(12, "0");
  }

  /** A JSON text as the whole body; TorchServe ends it with a newline. */
  json(text: string, status = 200): Response {
    return new Response(`${text}\n`, { status, headers: this.headers(status, "application/json") });
  }

  error(error: TorchServeError): Response {
    const body = { code: error.status, type: error.type, message: error.message };
    return this.json(toGson(body), error.status);
  }

  /** `{"status": …}`, the response to operations and to `/ping`. */
  status(message: string, status = 200): Response {
    return this.json(toGson({ status: message }), status);
  }

  /** A response without content type, unless one is given. */
  bytes(body: Uint8Array<ArrayBuffer>, contentType?: string): Response {
    return new Response(body, { status: 200, headers: this.headers(200, contentType) });
  }

  text(body: string, contentType: string): Response {
    return new Response(body, { status: 200, headers: this.headers(200, contentType) });
  }

  headers(status: number, contentType: string | undefined): Record<string, string> {
    const headers: Record<string, string> = {
      "x-request-id": this.nextRequestId(),
      "pragma": "no-cache",
      "cache-control": "no-cache; no-store, must-revalidate, private",
      "expires": "Thu, 01 Jan 1970 00:00:00 UTC",
      "connection": status >= 400 ? "close" : "keep-alive",
    };
    if (contentType !== undefined) headers["content-type"] = contentType;
    return headers;
  }
}
