import http from "node:http";
import net from "node:net";
import tls from "node:tls";
import { listenError } from "./listen_error.ts";
import type { FetchHandler } from "./serve.ts";

/** What a client may take of a server. */
export interface ServerBounds {
  /** Connections at a time; further ones are closed at once. */
  readonly maxConnections: number;
  /** The largest request line and header together, in bytes; a larger one is answered with 431. */
  readonly maxHeaderBytes: number;
  /** From a connection, or from an answer on it, to the next whole request, in milliseconds. The TLS handshake is part of it. */
  readonly requestMs: number;
  /** What a client may take to read an answer, in milliseconds. */
  readonly answerMs: number;
}

/** TLS of a server; its certificate may be changed while it listens ({@linkcode BoundedServer.changeTls}). */
export interface ServerTls extends tls.SecureContextOptions {
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
  /**
   * Asked of each connection: whether it is accepted.
   *
   * @param certificate the client's, where there is one
   * @param isTrusted `ca` vouches for it
   */
  readonly accepts: (certificate: tls.PeerCertificate | undefined, isTrusted: boolean) => boolean;
}

export interface BoundedServerOptions extends ServerBounds {
  /** `undefined`: all addresses of this machine. */
  readonly hostname: string | undefined;
  /** 0: a free one. */
  readonly port: number;
  readonly tls?: ServerTls | undefined;
}

/** A listening server. */
export interface BoundedServer {
  readonly port: number;
  /** Certificates and rules for connections that are made from now on. */
  changeTls(settings: ServerTls): void;
  /** Stops listening, lets answers that are being written end for so many milliseconds, then closes every connection. */
  close(graceMs: number): Promise<void>;
}

/**
 * Listens for HTTP/1.1 requests, with TLS where asked, on either runtime. `serve` is faster; this one bounds what a
 * client may do: connections, headers, and the time for each request, however slowly its bytes come.
 *
 * A request's body is not read: a request that has one is answered, and its connection closed.
 *
 * @throws {ListenError} when the address cannot be listened on
 */
export async function serveBounded(handler: FetchHandler, options: BoundedServerOptions): Promise<BoundedServer> {
  const { hostname, port, maxConnections, maxHeaderBytes } = options;
  const connections = new Connections(options);
  // Our own clocks hold for both runtimes, and for connections that were not accepted by this server itself.
  const inner = http.createServer({ maxHeaderSize: maxHeaderBytes, requestTimeout: 0, headersTimeout: 0 });
  inner.keepAliveTimeout = 0;
  inner.timeout = 0;
  inner.on("request", (request, response) => {
    connections.busy(request.socket);
    void answer(handler, request, response, options.answerMs).finally(() => connections.answered(request.socket));
  });
  inner.on("clientError", refuseRequest);
  let settings = options.tls;
  const outer = settings === undefined ? net.createServer() : tls.createServer({ ...settings });
  outer.maxConnections = maxConnections;
  outer.on("connection", (socket: net.Socket) => {
    connections.add(socket);
    if (settings === undefined) inner.emit("connection", socket);
  });
  outer.on("tlsClientError", (_error: Error, socket: net.Socket) => socket.destroy());
  outer.on("secureConnection", (socket: tls.TLSSocket) => {
    connections.secured(socket);
    const certificate = socket.getPeerCertificate();
    const isThere = certificate?.raw !== undefined;
    if (settings?.accepts(isThere ? certificate : undefined, socket.authorized) !== true) socket.destroy();
    else inner.emit("connection", socket);
  });
  await new Promise<void>((resolve, reject) => {
    const onError = (thrown: Error) => void listenError(hostname, port, thrown).then(reject);
    outer.once("error", onError);
    outer.listen({ port, ...(hostname === undefined ? {} : { host: hostname }) }, () => {
      outer.off("error", onError);
      resolve();
    });
  });
  // Such as too many open files: the next connection may be accepted again.
  outer.on("error", () => {});
  return {
    port: (outer.address() as net.AddressInfo).port,
    changeTls: (changed) => {
      settings = changed;
      if (outer instanceof tls.Server) outer.setSecureContext({ ...changed });
    },
    close: async (graceMs) => {
      const closed = new Promise<void>((resolve) => outer.close(() => resolve()));
      await connections.end(graceMs);
      await closed;
    },
  };
}

/** What is known of an open connection. */
interface Open {
  /** Requests that have come and are not answered yet. */
  requests: number;
  /** Ends the connection; running where it waits for a request. */
  clock: ReturnType<typeof setTimeout> | undefined;
}

/** Open connections, and the clock of each that waits for a request. */
class Connections {
  readonly #open = new Map<net.Socket, Open>();
  readonly #requestMs: number;
  #ending = false;

  constructor({ requestMs }: ServerBounds) {
    this.#requestMs = requestMs;
  }

  add(socket: net.Socket): void {
    const open: Open = { requests: 0, clock: undefined };
    this.#open.set(socket, open);
    socket.on("error", () => {});
    socket.once("close", () => {
      clearTimeout(open.clock);
      this.#open.delete(socket);
    });
    this.#wait(socket, open);
  }

  /** A handshake is over: from now on the connection is the one in it. */
  secured(socket: net.Socket): void {
    const isBelow = (other: net.Socket) =>
      other.remotePort === socket.remotePort && other.remoteAddress === socket.remoteAddress;
    for (const [other, open] of this.#open) {
      if (!isBelow(other)) continue;
      clearTimeout(open.clock);
      this.#open.delete(other);
    }
    this.add(socket);
  }

  /** A request has come: its answer has a clock of its own. */
  busy(socket: net.Socket): void {
    const open = this.#open.get(socket);
    if (open === undefined) return;
    open.requests++;
    clearTimeout(open.clock);
    open.clock = undefined;
  }

  /** A request has its answer, or never gets one. */
  answered(socket: net.Socket): void {
    const open = this.#open.get(socket);
    if (open !== undefined && --open.requests === 0) this.#wait(socket, open);
  }

  async end(graceMs: number): Promise<void> {
    this.#ending = true;
    const busy: Promise<void>[] = [];
    for (const [socket, { requests }] of this.#open) {
      if (requests === 0) socket.destroy();
      else busy.push(new Promise((resolve) => socket.once("close", () => resolve())));
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([Promise.all(busy), new Promise((resolve) => timer = setTimeout(resolve, graceMs))]);
    clearTimeout(timer);
    for (const socket of this.#open.keys()) socket.destroy();
  }

  /** The next request must be whole within its time, however often a byte of it comes. */
  #wait(socket: net.Socket, open: Open): void {
    if (this.#ending) socket.destroy();
    else open.clock = setTimeout(() => socket.destroy(), this.#requestMs);
  }
}

async function answer(
  handler: FetchHandler,
  incoming: http.IncomingMessage,
  outgoing: http.ServerResponse,
  answerMs: number,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  const request = requestOf(incoming, gone.signal);
  let response: Response;
  try {
    response = request === undefined ? textResponse(400, "Bad Request") : await handler(request, { gone: gone.signal });
  } catch {
    response = textResponse(500, "Internal Server Error");
  }
  const body = new Uint8Array(await response.arrayBuffer());
  const { socket } = incoming;
  if (outgoing.destroyed || socket.destroyed) return;
  const ended = new Promise<void>((resolve) => outgoing.once("close", resolve).once("finish", resolve));
  const timer = setTimeout(() => socket.destroy(), answerMs);
  const hasBody = incoming.headers["transfer-encoding"] !== undefined ||
    (incoming.headers["content-length"] ?? "0") !== "0";
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    "content-length": String(body.length),
    ...(hasBody ? { connection: "close" } : {}),
  });
  outgoing.end(incoming.method === "HEAD" ? undefined : body);
  await ended;
  clearTimeout(timer);
  if (hasBody) socket.destroy();
}

/** `undefined` for what is no request of a path on this server. */
function requestOf(incoming: http.IncomingMessage, signal: AbortSignal): Request | undefined {
  const { url = "", method = "GET" } = incoming;
  if (!url.startsWith("/")) return undefined;
  const headers = new Headers();
  try {
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
    }
    // What the client calls this server is of no use here, and may be no host at all.
    return new Request(`http://localhost${url}`, { method, headers, signal });
  } catch {
    return undefined;
  }
}

function textResponse(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}

/** The parser of the runtime does not accept what a client sent. */
function refuseRequest(error: Error & { readonly code?: string }, socket: net.Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  const status = error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
