import { BodyCollector } from "./body.ts";
import { classify, codeOf } from "./classify.ts";
import type { HttpError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import type { Transport, WireRequest, WireResponse } from "./transport.ts";

/** Whom to trust; the other TLS options are the node transport's. */
export interface FetchTls {
  readonly ca?: readonly string[];
  readonly rejectUnauthorized: boolean;
}

/** What Bun's `fetch` says of quite different failures. */
const UNCLEAR = new Set(["ECONNRESET", "FailedToOpenSocket"]);

/** `fetch` failed before an answer and does not say how; `error` is the best guess. */
export class UnclearFailure extends Error {
  readonly error: HttpError;

  constructor(error: HttpError) {
    super(error.message);
    this.error = error;
  }
}

/**
 * Bun's own `fetch`: starts five milliseconds earlier than `node:http`, and asks many times as fast.
 *
 * Bun's pool is the process's, and its idle connections cannot be closed from here: a run that was cancelled would leave
 * some behind. So a connection is kept only for a request that follows, and the last ones of a run ask the server to
 * close theirs (RFC 9112, 9.6).
 */
export class FetchTransport implements Transport {
  readonly #tls: FetchTls | undefined;
  readonly #open = new WeakMap<WireRequest["headers"], Headers>();
  /** With `Connection: close`. */
  readonly #closing = new WeakMap<WireRequest["headers"], Headers>();
  /** There may be connections in the pool, which a request without keep-alive would not take. */
  #pooled = false;

  constructor(tls?: FetchTls) {
    this.#tls = tls;
  }

  async send(request: WireRequest, exchange: Exchange): Promise<WireResponse> {
    if (exchange.error !== undefined) throw exchange.error;
    const address = request.url.href;
    const controller = new AbortController();
    let answered = false;
    exchange.enter("answer");
    exchange.onAbort(() => controller.abort());
    try {
      const response = await fetch(address, this.#init(request, controller.signal));
      answered = true;
      exchange.enter("read");
      const setCookies = response.headers.has("set-cookie") ? response.headers.getSetCookie() : [];
      const headers = Object.fromEntries(response.headers);
      if (setCookies.length > 1) headers["set-cookie"] = setCookies.join(", ");
      const body = new BodyCollector(address, request.maxBytes, headers["content-length"]);
      if (response.body !== null) {
        for await (const piece of response.body) {
          exchange.touch();
          body.add(piece);
        }
      }
      return {
        status: response.status,
        statusText: response.statusText,
        headers,
        setCookies,
        body: body.take(),
      };
    } catch (cause) {
      controller.abort();
      if (exchange.error !== undefined) throw exchange.error;
      const error = classify(cause, { address, answered });
      throw !answered && UNCLEAR.has(codeOf(cause)) ? new UnclearFailure(error) : error;
    }
  }

  close(): void {
    // Each connection ended with its last exchange.
  }

  /** Header fields as the runtime has them: the requests of a crawl share theirs. */
  #headersOf({ headers, more }: WireRequest): Headers {
    const closes = !more && this.#pooled;
    const known = closes ? this.#closing : this.#open;
    let fields = known.get(headers);
    if (fields === undefined) {
      fields = new Headers(headers);
      if (closes) fields.set("Connection", "close");
      known.set(headers, fields);
    }
    return fields;
  }

  #init(request: WireRequest, signal: AbortSignal): RequestInit {
    if (request.more) this.#pooled = true;
    const init = {
      method: request.method,
      headers: this.#headersOf(request),
      redirect: "manual" as const,
      keepalive: this.#pooled,
      signal,
      // Bun's own: our decompression counts bytes, our clocks know why they stop.
      decompress: false,
      timeout: false,
      ...(request.body === undefined ? {} : { body: request.body as Uint8Array<ArrayBuffer> }),
      ...(this.#tls === undefined || request.url.protocol === "http:" ? {} : { tls: this.#tls }),
    };
    return init;
  }
}
