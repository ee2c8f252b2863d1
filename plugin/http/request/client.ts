import { monotonicMs } from "../../runtime/bounds.ts";
import { oneLine } from "../../text/mod.ts";
import { ReadResponse, withoutSecrets } from "./response.ts";
import type { Authentication, Authorizable } from "../auth/authentication.ts";
import { BasicAuthentication } from "../auth/basic.ts";
import { Clock } from "../wire/clock.ts";
import { CookieJar, type Now } from "./cookies.ts";
import { decompress } from "../wire/decompress.ts";
import { deadlineReached, Exchange, runEnded } from "../wire/exchange.ts";
import type { HeaderFields } from "../header_fields.ts";
import { inTime } from "../in_time.ts";
import { requestHeaders } from "./headers.ts";
import type { HttpOptions, Timeouts } from "../options.ts";
import { Hop } from "./hop.ts";
import { MAX_REDIRECTS, redirectTarget, tooManyRedirects } from "./redirects.ts";
import { Secrets } from "./secrets.ts";
import { Slots } from "./slots.ts";
import { parseTarget } from "./target.ts";
import { shown } from "../wire/shown.ts";
import type { Transport, WireResponse } from "../wire/transport.ts";
import type { HttpClient, HttpRequest, HttpResponse, HttpRun } from "../types.ts";

/** An authentication asks at most so often to send a request again: NTLM and a renewed token need two. */
const MAX_ATTEMPTS = 3;
/** Content codings that a run says it does not know. */
const MAX_UNKNOWN_CODINGS = 5;

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
  readonly #clock = new Clock();
  readonly #maxBytes: number;
  readonly #onCancel = () => this.#end(true);
  #plainHeaders: HeaderFields | undefined;
  #foreign: Transport | undefined;
  #ended = false;
  #interrupted = false;
  #warned = false;
  readonly #unknownCodings = new Set<string>();

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#secrets = new Secrets(parts.options);
    // Checks without this option send one request after the other.
    this.#slots = new Slots(parts.options.max_concurrency ?? Infinity);
    this.#maxBytes = parts.options.max_response_bytes;
    const signal = parts.run.signal;
    if (signal?.aborted) this.#end(true);
    else signal?.addEventListener("abort", this.#onCancel, { once: true });
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const { options } = this.#parts;
    const hop = this.#start(request);
    for (let redirects = 0;; redirects++) {
      const { response, body } = hop.authentications.length === 0
        ? await this.#send(hop.message(), hop)
        : await this.#authenticated(hop);
      const { status } = response;
      if (status >= 200 && status < 300) return new ReadResponse(status, hop.url.href, body, response);
      const next = options.allow_redirects ? redirectTarget(status, response.header("location"), hop.url) : undefined;
      if (next === undefined) return withoutSecrets(response, hop.url.href, body, (text) => this.hide(text));
      if (redirects === MAX_REDIRECTS) throw tooManyRedirects(shown(parseTarget(request.url).url));
      await this.#mayFollow(next);
      hop.follow(next, status, !!options.tls_cert);
    }
  }

  async #mayFollow(next: URL): Promise<void> {
    const { run } = this.#parts;
    if (run.mayFollow !== undefined) await inTime(`${shown(next)} was looked up`, run.mayFollow(next), run);
  }

  #start(
    { url: text, method = "GET", headers, body, more = false, once = false, maxBytes = Infinity }: HttpRequest,
  ): Hop {
    const { options, authentications, cookies } = this.#parts;
    const { url, credentials } = parseTarget(text);
    const hop = new Hop({
      url,
      method,
      headers: this.#headers(headers),
      body: typeof body === "string" ? new TextEncoder().encode(body) : body,
      authentications,
      cookies,
      more,
      maxBytes: Math.min(maxBytes, this.#maxBytes),
      once,
    });
    if (credentials !== undefined && authentications.every(({ leavesUserInfo }) => leavesUserInfo)) {
      const basic = new BasicAuthentication(credentials, options.use_legacy_auth_encoding);
      hop.authentications = [...authentications, basic];
    }
    return hop;
  }

  hide(text: string): string {
    return this.#secrets.hide(text);
  }

  /** The fields of a request; those of a crawl's are all the same, and made once (bench: crawl of 1000 models). */
  #headers(asked: HttpRequest["headers"]): HeaderFields {
    const { options, defaultHeaders } = this.#parts;
    if (asked !== undefined) return requestHeaders(options, defaultHeaders, asked);
    return this.#plainHeaders ??= requestHeaders(options, defaultHeaders);
  }

  close(): void {
    this.#parts.run.signal?.removeEventListener("abort", this.#onCancel);
    this.#end(this.#interrupted);
  }

  /** Sends until no authentication asks for more. */
  async #authenticated(hop: Hop): Promise<Sent> {
    for (let attempt = 1;; attempt++) {
      const message = hop.message();
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

  async #send(message: Authorizable, hop: Hop): Promise<Sent> {
    const address = shown(message.url);
    const exchange = new Exchange(address, this.#parts.timeouts, this.#parts.run.deadlineMs, this.#clock);
    if (this.#ended) throw runEnded(address);
    if (monotonicMs() >= this.#parts.run.deadlineMs) throw this.#failed(deadlineReached(address));
    this.#active.add(exchange);
    const { trace } = this.#parts.run;
    const told = trace === undefined ? undefined : this.#teller(trace, `${message.method} ${address}`);
    try {
      if (!this.#slots.tryTake()) {
        exchange.enter("slot");
        await this.#slots.take(exchange);
      }
      try {
        const cookie = hop.cookies?.header(message.url, now());
        let { headers } = message;
        if (cookie !== undefined && headers.get("Cookie") === undefined) {
          headers = headers.clone();
          headers.set("Cookie", cookie);
        }
        const fields = headers.toRecord();
        this.#secrets.learn(fields);
        this.#announce(message);
        const transport = hop.trusted ? this.#parts.transport : await this.#foreignTransport();
        if (exchange.error !== undefined) throw exchange.error;
        this.stats.requests++;
        const { method, url, body: content } = message;
        const wire = { method, url, headers: fields, maxBytes: hop.maxBytes, more: hop.more, once: hop.once };
        const response = await transport.send(content === undefined ? wire : { ...wire, body: content }, exchange);
        const { setCookies } = response;
        if (setCookies.length > 0) (hop.cookies ??= new CookieJar()).store(message.url, setCookies, now());
        const coding = response.header("content-encoding");
        const body = coding === undefined ? response.body : await decompress(response.body, coding, {
          maxBytes: hop.maxBytes,
          exchange,
          onUnknown: (coding) => this.#sayUnknown(coding, address),
        });
        this.stats.bytes += body.length;
        told?.(`answered ${response.status}, ${body.length} bytes`);
        return { response, body };
      } finally {
        this.#slots.free();
      }
    } catch (error) {
      told?.(`failed: ${error instanceof Error ? error.message : error}`);
      throw this.#failed(error);
    } finally {
      exchange.end();
      this.#active.delete(exchange);
    }
  }

  /** Tells how a request ended. */
  #teller(trace: (line: string) => void, request: string): (how: string) => void {
    const startMs = monotonicMs();
    return (how) => trace(this.hide(`${request} ${how}, ${(monotonicMs() - startMs).toFixed(1)} ms`));
  }

  /** Remembers that the run was cut short: its idle connections are not kept then. */
  #failed(error: unknown): unknown {
    if (monotonicMs() >= this.#parts.run.deadlineMs) this.#interrupted = true;
    return error;
  }

  #announce({ method, url }: Authorizable): void {
    const { options, run } = this.#parts;
    if (options.log_requests) run.log?.("debug", this.hide(`Sending ${method} request to ${shown(url)}`));
    if (options.tls_verify || options.tls_ca_cert || options.tls_ignore_warning) return;
    if (this.#warned || url.protocol !== "https:") return;
    this.#warned = true;
    run.log?.("warning", `The certificate of ${url.origin} is not verified: tls_verify is false`);
  }

  #sayUnknown(coding: string, address: string): void {
    if (this.#unknownCodings.has(coding) || this.#unknownCodings.size === MAX_UNKNOWN_CODINGS) return;
    this.#unknownCodings.add(coding);
    const message = oneLine(
      `${address} says that its body is in the content coding "${coding}", which is not known: it is read as it is`,
    );
    if (this.#parts.run.warn !== undefined) this.#parts.run.warn("http", message);
    else this.#parts.run.log?.("warning", message);
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

/** An answer, its body decompressed. */
interface Sent {
  readonly response: WireResponse;
  readonly body: Uint8Array;
}

function now(): Now {
  return { wallMs: Date.now(), monotonicMs: monotonicMs() };
}
