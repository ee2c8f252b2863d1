import { Buffer } from "node:buffer";
import { decompress } from "./decompress.ts";
import type { Authentication, Authorizable } from "./auth/authentication.ts";
import { BasicAuthentication } from "./auth/basic.ts";
import { CookieJar } from "./cookies.ts";
import { deadlineReached, Exchange, runEnded } from "./exchange.ts";
import { type HeaderFields, requestHeaders } from "./headers.ts";
import { DEFAULT_MAX_CONCURRENCY, DEFAULT_MAX_RESPONSE_BYTES, type HttpOptions, type Timeouts } from "./options.ts";
import { downgrade, MAX_REDIRECTS, redirectMethod, redirectTarget, tooManyRedirects } from "./redirects.ts";
import { Secrets } from "./secrets.ts";
import { Slots } from "./slots.ts";
import { parseTarget } from "./target.ts";
import type { Transport, WireResponse } from "./transport.ts";
import type { HttpClient, HttpRequest, HttpResponse, HttpRun } from "./types.ts";

/** An authentication asks at most so often to send a request again: NTLM and a renewed token need two. */
const MAX_ATTEMPTS = 3;

/** What a client is made of. */
export interface ClientParts {
  readonly options: HttpOptions;
  readonly run: HttpRun;
  readonly timeouts: Timeouts;
  readonly transport: Transport;
  /** For origins that the instance does not name: without client certificate. */
  readonly foreignTransport: () => Promise<Transport>;
  readonly authentications: readonly Authentication[];
  /** The headers that every request has unless the user's `headers` replace them. */
  readonly defaultHeaders: Readonly<Record<string, string>>;
  /** Cookies that outlive the run. */
  readonly cookies?: CookieJar;
}

/** One run's requests: clocks, redirects, credentials, bounds and counts, on top of a transport. */
export class RunClient implements HttpClient {
  readonly stats = { requests: 0, bytes: 0 };
  readonly #parts: ClientParts;
  readonly #slots: Slots;
  readonly #secrets: Secrets;
  readonly #active = new Set<Exchange>();
  readonly #maxBytes: number;
  readonly #onCancel = () => this.#end(true);
  #plainHeaders: HeaderFields | undefined;
  #foreign: Transport | undefined;
  #ended = false;
  #interrupted = false;
  #warned = false;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#secrets = new Secrets(parts.options);
    this.#slots = new Slots(parts.options.max_concurrency ?? DEFAULT_MAX_CONCURRENCY);
    this.#maxBytes = parts.options.max_response_bytes ?? DEFAULT_MAX_RESPONSE_BYTES;
    const signal = parts.run.signal;
    if (signal?.aborted) this.#end(true);
    else signal?.addEventListener("abort", this.#onCancel, { once: true });
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const { options } = this.#parts;
    const { url, credentials } = parseTarget(request.url);
    const hop: Hop = {
      url,
      method: request.method ?? "GET",
      headers: this.#headers(request.headers),
      body: typeof request.body === "string" ? new TextEncoder().encode(request.body) : request.body,
      authentications: this.#parts.authentications,
      cookies: this.#parts.cookies ?? new CookieJar(),
      trusted: true,
      more: request.more ?? false,
    };
    const hasOwn = hop.authentications.some((authentication) => !authentication.leavesUserInfo);
    if (credentials !== undefined && !hasOwn) {
      const basic = new BasicAuthentication(credentials, options.use_legacy_auth_encoding !== false);
      hop.authentications = [...hop.authentications, basic];
    }
    for (let redirects = 0;; redirects++) {
      const { response, body } = await this.#exchange(hop);
      const next = options.allow_redirects === false
        ? undefined
        : redirectTarget(response.status, response.headers.location, hop.url);
      if (next === undefined) {
        const isRefusal = response.status < 200 || response.status > 299;
        return isRefusal ? this.#withoutSecrets(response, hop.url, body) : answer(response, hop.url, body);
      }
      if (redirects === MAX_REDIRECTS) throw tooManyRedirects(url.href);
      this.#follow(hop, next, response.status);
    }
  }

  hide(text: string): string {
    return this.#secrets.hide(text);
  }

  /** The fields of a request; those of a crawl's are all the same, and made once. */
  #headers(asked: HttpRequest["headers"]): HeaderFields {
    const { options, defaultHeaders } = this.#parts;
    if (asked !== undefined) return requestHeaders(options, defaultHeaders, asked);
    return this.#plainHeaders ??= requestHeaders(options, defaultHeaders);
  }

  close(): void {
    this.#parts.run.signal?.removeEventListener("abort", this.#onCancel);
    this.#end(this.#interrupted);
  }

  /** A refusal is shown to people: what it echoes of the request's credentials is not. */
  #withoutSecrets(response: WireResponse, url: URL, body: Uint8Array): HttpResponse {
    const headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, this.hide(value)]),
    );
    // Latin-1 keeps every byte as it is, and header values are sent in it.
    const text = Buffer.from(body).toString("latin1");
    const shown = this.hide(text);
    return answer(
      { ...response, headers, statusText: this.hide(response.statusText) },
      url,
      shown === text ? body : Buffer.from(shown, "latin1"),
    );
  }

  /** Moves on to where an answer points; what identifies the asker stays behind when the origin changes. */
  #follow(hop: Hop, next: URL, status: number): void {
    hop.headers = hop.headers.clone();
    const method = redirectMethod(status, hop.method);
    if (method !== hop.method) {
      hop.body = undefined;
      hop.headers.delete("Content-Type");
    }
    hop.method = method;
    if (next.origin !== hop.url.origin) {
      const hadHeaders = hop.headers.keepHarmless();
      const hadCredentials = hadHeaders || hop.authentications.length > 0 ||
        (hop.trusted && !!this.#parts.options.tls_cert);
      if (hadCredentials && hop.url.protocol === "https:" && next.protocol === "http:") throw downgrade(hop.url, next);
      hop.authentications = [];
      hop.trusted = false;
    }
    hop.url = next;
  }

  /** Sends until no authentication asks for more. */
  async #exchange(hop: Hop): Promise<{ response: WireResponse; body: Uint8Array }> {
    for (let attempt = 1;; attempt++) {
      const message: Authorizable = {
        method: hop.method,
        url: hop.url,
        headers: hop.authentications.length === 0 ? hop.headers : hop.headers.clone(),
        ...(hop.body === undefined ? {} : { body: hop.body }),
      };
      for (const authentication of hop.authentications) await authentication.authorize(message);
      const sent = await this.#send(message, hop);
      if (attempt === MAX_ATTEMPTS) return sent;
      let again = false;
      for (const authentication of hop.authentications) {
        again = await authentication.challenged?.(sent.response, message, attempt) || again;
      }
      if (!again) return sent;
    }
  }

  async #send(message: Authorizable, hop: Hop): Promise<{ response: WireResponse; body: Uint8Array }> {
    const address = message.url.href;
    const exchange = new Exchange(address, this.#parts.timeouts, this.#parts.run.deadlineMs);
    if (this.#ended) throw runEnded(address);
    if (Date.now() >= this.#parts.run.deadlineMs) throw this.#failed(deadlineReached(address));
    this.#active.add(exchange);
    try {
      if (!this.#slots.tryTake()) {
        exchange.enter("slot");
        await this.#slots.take(exchange);
      }
      try {
        const cookie = hop.cookies.header(message.url, Date.now());
        let { headers } = message;
        if (cookie !== undefined && headers.get("Cookie") === undefined) {
          headers = headers.clone();
          headers.set("Cookie", cookie);
        }
        this.#secrets.learn(message.headers.toRecord());
        this.#announce(message);
        const transport = hop.trusted ? this.#parts.transport : await this.#foreignTransport();
        if (exchange.error !== undefined) throw exchange.error;
        this.stats.requests++;
        const response = await transport.send(
          {
            method: message.method,
            url: message.url,
            headers: headers.toRecord(),
            maxBytes: this.#maxBytes,
            more: hop.more,
            ...(message.body === undefined ? {} : { body: message.body }),
          },
          exchange,
        );
        hop.cookies.store(message.url, response.setCookies, Date.now());
        const coding = response.headers["content-encoding"];
        const body = coding === undefined
          ? response.body
          : await decompress(response.body, coding, this.#maxBytes, address, exchange);
        this.stats.bytes += body.length;
        return { response, body };
      } finally {
        this.#slots.free();
      }
    } catch (error) {
      throw this.#failed(error);
    } finally {
      exchange.end();
      this.#active.delete(exchange);
    }
  }

  /** Remembers that the run was cut short: its idle connections are not kept then. */
  #failed(error: unknown): unknown {
    if (Date.now() >= this.#parts.run.deadlineMs) this.#interrupted = true;
    return error;
  }

  #announce({ method, url }: Authorizable): void {
    const { options, run } = this.#parts;
    if (options.log_requests) run.log?.("debug", this.hide(`Sending ${method} request to ${url.href}`));
    if (url.protocol !== "https:" || this.#warned || options.tls_ignore_warning) return;
    if (options.tls_verify !== false || options.tls_ca_cert) return;
    this.#warned = true;
    run.log?.("warning", `The certificate of ${url.origin} is not verified: tls_verify is false`);
  }

  async #foreignTransport(): Promise<Transport> {
    return this.#foreign ??= await this.#parts.foreignTransport();
  }

  #end(interrupted: boolean): void {
    this.#ended = true;
    this.#interrupted ||= interrupted;
    for (const exchange of this.#active) exchange.fail(runEnded(exchange.address));
    this.#parts.transport.close(this.#interrupted);
    if (this.#foreign !== this.#parts.transport) this.#foreign?.close(this.#interrupted);
  }
}

/** Where a request has got to on its way through redirects. */
interface Hop {
  url: URL;
  method: string;
  headers: HeaderFields;
  body: Uint8Array | undefined;
  authentications: readonly Authentication[];
  readonly cookies: CookieJar;
  /** No redirect has led to another origin yet. */
  trusted: boolean;
  readonly more: boolean;
}

function answer(response: WireResponse, url: URL, body: Uint8Array): HttpResponse {
  return {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
    url: url.href,
    body,
    text: () => new TextDecoder().decode(body),
  };
}
