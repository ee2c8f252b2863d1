import { listenError } from "./listen_error.ts";

/** The connection that a request came by. */
export interface Connection {
  /** Aborted when the client goes away before it has its answer. After a complete answer it says nothing of use. */
  readonly gone: AbortSignal;
}

/** Answers one request. One that throws is answered with 500. */
export type FetchHandler = (request: Request, connection: Connection) => Response | Promise<Response>;

export interface ServeOptions {
  /** The address to listen on. Default `127.0.0.1`. */
  readonly hostname?: string;
  /** The port, or 0 for a free one (the default). */
  readonly port?: number;
}

/** A listening HTTP server. */
export interface HttpServer {
  readonly port: number;
  /** `http://HOST:PORT`, without a slash at the end. */
  readonly url: string;
  /** Stops listening and closes every connection, also those that wait for an answer. */
  close(): Promise<void>;
}

interface BunServer {
  readonly port: number;
  stop(closeActiveConnections: boolean): Promise<void>;
}

interface BunRuntime {
  serve(options: {
    hostname: string;
    port: number;
    idleTimeout: number;
    fetch: (request: Request) => Response | Promise<Response>;
    error: () => Response;
  }): BunServer;
}

interface DenoServer {
  readonly addr: { readonly port: number };
  readonly finished: Promise<void>;
}

interface DenoRuntime {
  serve(
    options: {
      hostname: string;
      port: number;
      signal: AbortSignal;
      onListen: () => void;
      onError: () => Response;
    },
    handler: (request: Request) => Response | Promise<Response>,
  ): DenoServer;
}

/**
 * Listens for HTTP requests with the runtime's own server (`Bun.serve`, `Deno.serve`).
 *
 * A response whose body stream fails ends the connection in the middle of the body; fail it with `undefined`, since Bun
 * prints any other reason to stderr.
 *
 * @throws {ListenError} when the address cannot be listened on
 * @throws {Error} on another runtime
 */
export function serve(handler: FetchHandler, options: ServeOptions = {}): Promise<HttpServer> {
  const { hostname = "127.0.0.1", port = 0 } = options;
  const runtimes = globalThis as unknown as { Bun?: BunRuntime; Deno?: DenoRuntime };
  try {
    if (runtimes.Bun !== undefined) return Promise.resolve(serveOnBun(runtimes.Bun, handler, hostname, port));
    if (runtimes.Deno !== undefined) return Promise.resolve(serveOnDeno(runtimes.Deno, handler, hostname, port));
  } catch (error) {
    return listenError(hostname, port, error).then((told) => Promise.reject(told));
  }
  return Promise.reject(new Error("cannot serve HTTP: this runtime is neither Bun nor Deno"));
}

function serveOnBun(bun: BunRuntime, handler: FetchHandler, hostname: string, port: number): HttpServer {
  const fetch = (request: Request) => handler(request, new RequestConnection(request));
  // Bun would end a request that is idle for 10 s; 0 turns that off.
  const server = bun.serve({ hostname, port, idleTimeout: 0, fetch, error: internalError });
  return { port: server.port, url: originOf(hostname, server.port), close: () => server.stop(true) };
}

function serveOnDeno(deno: DenoRuntime, handler: FetchHandler, hostname: string, port: number): HttpServer {
  const stop = new AbortController();
  const server = deno.serve(
    { hostname, port, signal: stop.signal, onListen: () => {}, onError: internalError },
    (request) => handler(request, new RequestConnection(request)),
  );
  return {
    port: server.addr.port,
    url: originOf(hostname, server.addr.port),
    close: () => {
      stop.abort();
      return server.finished;
    },
  };
}

/**
 * Both runtimes abort `request.signal` when the client goes away. Deno also does so after a good answer, when nobody
 * listens any more, and says so once on stderr; its `completed` promise tells too late, when an answer is tried.
 */
class RequestConnection implements Connection {
  readonly #request: Request;

  constructor(request: Request) {
    this.#request = request;
  }

  get gone(): AbortSignal {
    return this.#request.signal;
  }
}

function internalError(): Response {
  return new Response("Internal Server Error\n", { status: 500 });
}

function originOf(hostname: string, port: number): string {
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
