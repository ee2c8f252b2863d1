import type http from "node:http";
import type net from "node:net";
import { BodyCollector } from "./body.ts";
import { classify, codeOf } from "./classify.ts";
import { type DialOptions, Pools, type RequestOptions } from "./agent.ts";
import { HttpError } from "../errors.ts";
import type { Exchange } from "./exchange.ts";
import type { PersistentTransport, WireRequest, WireResponse } from "./transport.ts";

/** The largest header of an answer, in bytes. */
const MAX_HEADER_BYTES = 64 * 1024;
/** What may come before the header is complete, interim answers (RFC 9110, 15.2) and blank lines included, in bytes. */
const MAX_BYTES_BEFORE_RESPONSE = 8 * MAX_HEADER_BYTES;

/** What connections are for. */
export interface ConnectionUse {
  /** Idle ones outlive {@linkcode NodeTransport.close}. Default `false`. */
  readonly persist?: boolean;
  /** They sign in, and carry all requests then, also those that are sent once. Default `false`. */
  readonly signsIn?: boolean;
}

/** `node:http` and `node:https` over connections that we dial ourselves. */
export class NodeTransport implements PersistentTransport {
  readonly #pools: Pools;
  readonly #dial: DialOptions;
  readonly #signsIn: boolean;
  #persist: boolean;

  constructor(dial: DialOptions, { persist = false, signsIn = false }: ConnectionUse = {}) {
    this.#pools = new Pools(dial);
    this.#dial = dial;
    this.#persist = persist;
    this.#signsIn = signsIn;
  }

  async send(request: WireRequest, exchange: Exchange): Promise<WireResponse> {
    if (request.once && !this.#signsIn) return await this.#sendOnce(request, exchange);
    try {
      return await this.#send(request, exchange, this.#pools);
    } catch (cause) {
      if (!(cause instanceof StaleConnection)) throw cause;
      if (request.once) throw cause.error;
      // The server closed an idle connection while the request was on its way: RFC 9112, 9.3.1, asks to try again.
      this.#pools.closeIdle();
      return await this.#send(request, exchange, this.#pools);
    }
  }

  /** On a connection of its own: one that was idle may be closed by now. */
  async #sendOnce(request: WireRequest, exchange: Exchange): Promise<WireResponse> {
    const pools = new Pools(this.#dial);
    try {
      return await this.#send(request, exchange, pools);
    } finally {
      pools.destroy();
    }
  }

  close(interrupted: boolean): void {
    if (!this.#persist) this.destroy();
    else if (interrupted) this.#pools.closeIdle();
  }

  /** Idle connections are no longer kept. */
  retire(): void {
    this.#persist = false;
    this.#pools.closeIdle();
  }

  /** Closes every connection. */
  destroy(): void {
    this.#pools.destroy();
  }

  #send(request: WireRequest, exchange: Exchange, pools: Pools): Promise<WireResponse> {
    if (exchange.error !== undefined) return Promise.reject(exchange.error);
    const { address } = exchange;
    const attempt = { over: false };
    const options = { ...requestOptions(request, this.#dial), exchange, attempt };
    return new Promise((resolve, reject) => {
      let incoming: http.IncomingMessage | undefined;
      let connection: net.Socket | undefined;
      exchange.enter("connect");
      const message = pools.start(options);
      const fail = (cause: unknown) => {
        attempt.over = true;
        message.destroy();
        // Deno's does not always take a reused connection with it.
        connection?.destroy();
        const stale = message.reusedSocket && incoming === undefined && codeOf(cause) === "ECONNRESET" &&
          exchange.error === undefined && request.body === undefined;
        const error = exchange.error ?? classify(cause, { address, answered: incoming !== undefined });
        reject(
          stale ? new StaleConnection(error) : error,
        );
      };
      exchange.onAbort(fail);
      message.on("error", (cause) => {
        // Deno tells of a connection that the server resets after its whole answer, before it tells of the answer's end.
        if (incoming?.complete !== true) fail(cause);
      });
      message.on("upgrade", (_response, socket) => {
        socket.destroy();
        fail(Object.assign(new Error("unrequested upgrade"), { code: "UNREQUESTED_UPGRADE" }));
      });
      message.on("socket", (socket) => {
        connection = socket;
        exchange.enter("read");
        // Not all that a server can send shows in the header or the body.
        let bytes = 0;
        const count = (piece: Uint8Array) => {
          bytes += piece.length;
          const most = MAX_BYTES_BEFORE_RESPONSE + (incoming === undefined ? 0 : 2 * request.maxBytes);
          if (bytes > most) fail(overflow(address, most, incoming !== undefined));
        };
        socket.on("data", count);
        message.once("close", () => socket.off("data", count));
      });
      message.on("response", (response) => {
        incoming = response;
        exchange.touch();
        receive(response, request, exchange).then((received) => {
          attempt.over = true;
          resolve(received);
        }, fail);
      });
      message.end(request.body);
    });
  }
}

/** An idle connection that the server had closed. */
class StaleConnection extends Error {
  /** @param error what is said where the request is not sent again */
  constructor(readonly error: HttpError) {
    super(error.message);
  }
}

function requestOptions(request: WireRequest, dial: DialOptions): Omit<RequestOptions, "exchange" | "attempt"> {
  const { url, body } = request;
  const secure = url.protocol === "https:";
  const isUnix = url.protocol === "unix:";
  const host = hostOf(url);
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  const forward = secure || isUnix ? undefined : dial.proxy?.({ host, port, secure })?.forward;
  const hostHeader = headerOf(request.headers, "host");
  return {
    protocol: secure ? "https:" : "http:",
    host,
    port,
    isUnix,
    path: (forward === undefined ? "" : url.origin) + url.pathname + url.search,
    method: request.method,
    headers: {
      ...(hostHeader === undefined ? { Host: isUnix ? "localhost" : url.host } : {}),
      ...request.headers,
      ...(forward?.authorization === undefined ? {} : { "Proxy-Authorization": forward.authorization }),
      ...(body === undefined ? {} : { "Content-Length": String(body.length) }),
    },
    setHost: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    ...(dial.tls.useHostHeader && hostHeader !== undefined ? { tlsName: hostHeader.replace(/:\d+$/, "") } : {}),
  };
}

/** A name, an address without brackets, or the path of a Unix socket. */
function hostOf({ protocol, hostname }: URL): string {
  if (protocol === "unix:") return decodeURIComponent(hostname);
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

function headerOf(headers: Readonly<Record<string, string>>, wanted: string): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function receive(response: http.IncomingMessage, request: WireRequest, exchange: Exchange): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    const headers = fieldsOf(response);
    const body = new BodyCollector(exchange.address, request.maxBytes, headers["content-length"]);
    response.on("data", (piece: Uint8Array) => {
      exchange.touch();
      try {
        body.add(piece);
      } catch (error) {
        reject(error);
      }
    });
    response.on("error", reject);
    response.on("aborted", () => reject(cutShort()));
    response.on("close", () => reject(cutShort()));
    response.on("end", () => {
      if (!response.complete) reject(cutShort());
      else {
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? "",
          headers,
          header: (name) => headers[name],
          setCookies: response.headers["set-cookie"] ?? [],
          body: body.take(),
        });
      }
    });
  });
}

/** More than the answer that is shown: blank lines, interim answers, extensions of chunks, tiny chunks. */
function overflow(address: string, most: number, answered: boolean): HttpError {
  return new HttpError(
    "limit",
    answered
      ? `${address} sent more than ${most} bytes for an answer of less than half of that`
      : `${address} sent more than ${most} bytes without a whole header`,
    "see the server's log",
  );
}

function cutShort(): Error {
  return Object.assign(new Error("cut short"), { code: "ECONNRESET" });
}

function fieldsOf(response: http.IncomingMessage): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) fields[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return fields;
}
