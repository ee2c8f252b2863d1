import { BodyCollector, declaredLength } from "./body.ts";
import type { BodyMemory } from "./body_memory.ts";
import { classify, codeOf } from "./classify.ts";
import type { HttpError } from "../errors.ts";
import type { Exchange } from "./exchange.ts";
import type { WireRequest, WireResponse } from "./transport.ts";

/** Whom to trust; the other TLS options are the node transport's. */
export interface FetchTls {
  readonly ca?: readonly string[];
  readonly rejectUnauthorized: boolean;
}

/** Bun's own way of reading: all that has come, at once. */
interface BunReader {
  readMany(): Promise<Pieces> | Pieces;
}

interface Pieces {
  readonly value: readonly Uint8Array[];
  readonly done: boolean;
}

/** What Bun's `fetch` takes beyond the standard. */
interface BunRequestInit extends RequestInit {
  /** Off: our decompression counts bytes. */
  readonly decompress: false;
  /** Off: our clocks know why they stop. */
  readonly timeout: false;
  tls?: FetchTls & { readonly serverName?: string };
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
 * A body that declares no more bytes than this is read as a whole, which costs a third of reading it in pieces (bench:
 * crawl of 1000 models).
 */
const SMALL = 16_384;

/** A body in chunks has no length, whatever is declared (RFC 9112, 6.3). */
function isSmall({ headers }: Response, maxBytes: number): boolean {
  const length = declaredLength(headers.get("content-length"));
  return length !== undefined && length <= Math.min(SMALL, maxBytes) && !headers.has("transfer-encoding");
}

/** @throws {HttpError} `limit`, when the body has or declares more than the request allows */
async function readPieces(
  response: Response,
  request: WireRequest,
  exchange: Exchange,
  memory: BodyMemory | undefined,
): Promise<BodyCollector> {
  const declared = response.headers.get("content-length") ?? undefined;
  const body = new BodyCollector(exchange.address, request.maxBytes, declared, "", memory);
  const reader = response.body?.getReader() as (ReadableStreamDefaultReader<Uint8Array> & BunReader) | undefined;
  for (let ended = false; reader !== undefined && !ended;) {
    const { value, done } = await reader.readMany();
    exchange.touch();
    for (const piece of value) body.add(piece);
    ended = done;
  }
  return body;
}

/** An answer of `fetch`: its fields, which a crawl hardly looks at, are copied when they are asked for. */
class FetchResponse implements WireResponse {
  readonly #response: Response;
  readonly status: number;
  readonly body: Uint8Array;
  readonly #collector: BodyCollector | undefined;
  #headers: Readonly<Record<string, string>> | undefined;

  /** @param collector what the body was collected in, unless it came as a whole */
  constructor(response: Response, body: Uint8Array, collector?: BodyCollector) {
    this.#response = response;
    this.status = response.status;
    this.body = body;
    this.#collector = collector;
  }

  release(): void {
    this.#collector?.release();
  }

  get statusText(): string {
    return this.#response.statusText;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#headers ??= this.#copyHeaders();
  }

  #copyHeaders(): Readonly<Record<string, string>> {
    const headers = Object.fromEntries(this.#response.headers);
    if (this.setCookies.length > 1) headers["set-cookie"] = this.setCookies.join(", ");
    return headers;
  }

  get setCookies(): readonly string[] {
    const { headers } = this.#response;
    return headers.has("set-cookie") ? headers.getSetCookie() : [];
  }

  header(name: string): string | undefined {
    return this.#response.headers.get(name) ?? undefined;
  }
}

/**
 * Bun's own `fetch`: starts five milliseconds earlier than `node:http`, and asks many times as fast (bench: start, "one
 * GET"; management crawl).
 *
 * Bun's pool is the process's, and its idle connections cannot be closed from here: a run that was cancelled would leave
 * some behind. So a connection is kept only for a request that follows, and the last ones of a run ask the server to
 * close theirs (RFC 9112, 9.6). On a connection of the pool Bun sends a request up to three times, a POST too; on a new
 * one it sends it once.
 */
export class FetchTransport {
  readonly #tls: FetchTls | undefined;
  readonly #memory: BodyMemory | undefined;
  /** The fields of the last request: those of a crawl share theirs (bench: crawl of 1000 models). */
  #lastFields: LastFields | undefined;
  /** There may be connections in the pool, which a request without keep-alive would not take. */
  #pooled = false;

  /** @param memory of bodies that were read, for those to come */
  constructor(tls?: FetchTls, memory?: BodyMemory) {
    this.#tls = tls;
    this.#memory = memory;
  }

  /**
   * Sends a request and reads its response, as every transport does.
   *
   * @param to the address to dial in place of the host's name, which still goes into `Host` and is verified by TLS
   */
  async send(request: WireRequest, exchange: Exchange, to?: string): Promise<WireResponse> {
    if (exchange.error !== undefined) throw exchange.error;
    const { address } = exchange;
    const controller = new AbortController();
    let answered = false;
    exchange.enter("response");
    exchange.onAbort(() => controller.abort());
    try {
      const response = await fetch(
        to === undefined ? request.url.href : atAddress(request.url, to),
        this.#init(request, to === undefined ? undefined : request.url, controller.signal),
      );
      answered = true;
      const small = isSmall(response, request.maxBytes);
      exchange.enter(small ? "body" : "read");
      if (small) return new FetchResponse(response, await response.bytes());
      const collector = await readPieces(response, request, exchange, this.#memory);
      return new FetchResponse(response, collector.take(), collector);
    } catch (cause) {
      controller.abort();
      if (exchange.error !== undefined) throw exchange.error;
      const error = classify(cause, { address, answered });
      throw !answered && UNCLEAR.has(codeOf(cause)) ? new UnclearFailure(error) : error;
    }
  }

  /** @param named the URL whose name is not in the address that is dialled */
  #init(request: WireRequest, named: URL | undefined, signal: AbortSignal): RequestInit {
    if (request.more) this.#pooled = true;
    const init: BunRequestInit = {
      method: request.method,
      headers: this.#fieldsOf(request.headers, named?.host, this.#pooled && (request.once || !request.more)),
      redirect: "manual",
      keepalive: this.#pooled && !request.once,
      signal,
      decompress: false,
      timeout: false,
    };
    if (request.body !== undefined) init.body = request.body as Uint8Array<ArrayBuffer>;
    // Asking a URL for its protocol makes a text: not for each request of a crawl.
    if ((this.#tls !== undefined || named !== undefined) && request.url.protocol !== "http:") {
      const tls = this.#tls ?? { rejectUnauthorized: true };
      init.tls = named === undefined ? tls : { ...tls, serverName: named.hostname };
    }
    return init;
  }

  #fieldsOf(headers: WireRequest["headers"], host: string | undefined, closes: boolean): Headers {
    const last = this.#lastFields;
    if (last !== undefined && last.of === headers && last.host === host && last.closes === closes) return last.fields;
    const fields = new Headers(headers);
    if (host !== undefined && !fields.has("Host")) fields.set("Host", host);
    if (closes) fields.set("Connection", "close");
    this.#lastFields = { of: headers, host, closes, fields };
    return fields;
  }
}

/** Header fields as `fetch` takes them, and what they were made of. */
interface LastFields {
  readonly of: WireRequest["headers"];
  readonly host: string | undefined;
  readonly closes: boolean;
  readonly fields: Headers;
}

/** The same URL at an IP address. */
function atAddress({ protocol, port, pathname, search }: URL, address: string): string {
  const host = address.includes(":") ? `[${address}]` : address;
  return `${protocol}//${host}${port === "" ? "" : `:${port}`}${pathname}${search}`;
}
