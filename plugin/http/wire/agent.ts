import http from "node:http";
import https from "node:https";
import type net from "node:net";
import type { Duplex } from "node:stream";
import { dial, type DialOptions } from "./dial.ts";
import type { Exchange } from "./exchange.ts";

export type { DialOptions } from "./dial.ts";

/** What a request hands to its agent: also the exchange, whose clocks the dialling obeys. */
export interface RequestOptions extends http.RequestOptions {
  readonly host: string;
  readonly port: number;
  /** `host` is the path of a Unix socket. */
  readonly isUnix?: boolean;
  readonly exchange: Exchange;
  /** The name to ask for and to verify, when it is not the host. Deno's agent fills in `servername` from the Host header. */
  readonly tlsName?: string;
  /**
   * Set when the request has its answer or has failed. Deno's agent gives a request that was destroyed another
   * connection, idle or new, and would send it a second time.
   */
  readonly attempt: { over: boolean };
}

type Dialled = (error: Error | null, socket: Duplex) => void;

/**
 * The pools of one set of TLS and proxy options. Not shared between different sets: Bun and Deno reuse a pooled
 * connection although the options that verified it have changed.
 *
 * The connections are also counted here: the runtimes' agents lose sight of one that is about to become idle, and
 * their `destroy` then leaves it open.
 */
export class Pools {
  readonly #plain = new http.Agent({ keepAlive: true });
  readonly #secure = new https.Agent({ keepAlive: true });
  readonly #options: DialOptions;
  readonly #sockets = new Set<net.Socket>();
  readonly #busy = new Set<net.Socket>();
  #destroyed = false;

  constructor(options: DialOptions) {
    this.#options = options;
    this.#plain.createConnection = this.#dialling(false);
    this.#secure.createConnection = this.#dialling(true);
  }

  /** Starts a request on an idle connection or a new one. */
  start(options: RequestOptions): http.ClientRequest {
    const message = options.protocol === "https:"
      ? https.request({ ...options, agent: this.#secure })
      : http.request({ ...options, agent: this.#plain });
    message.on("socket", (socket) => {
      if (options.attempt.over) {
        socket.destroy();
        return;
      }
      this.#busy.add(socket);
      message.once("close", () => this.#busy.delete(socket));
    });
    return message;
  }

  /** Closes the connections that no request uses. */
  closeIdle(): void {
    for (const socket of this.#sockets) if (!this.#busy.has(socket)) socket.destroy();
  }

  /** Closes every connection, also those that are still being made. */
  destroy(): void {
    this.#destroyed = true;
    this.#plain.destroy();
    this.#secure.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  #dialling(secure: boolean): (asked: http.ClientRequestArgs, dialled?: Dialled) => undefined {
    return (asked, dialled) => {
      const { host, port, isUnix, tlsName, exchange, attempt } = asked as RequestOptions;
      // The runtimes' own callback takes an error alone.
      const failed = dialled as ((error: Error) => void) | undefined;
      if (attempt.over || this.#destroyed) {
        queueMicrotask(() => failed?.(new Error("the request is over")));
        return undefined;
      }
      const to = { host, port, exchange, secure, isUnix: isUnix === true, ...(tlsName ? { servername: tlsName } : {}) };
      dial(to, this.#options).then(
        (socket) => {
          this.#add(socket);
          if (attempt.over || this.#destroyed) socket.destroy();
          dialled?.(null, socket);
        },
        (error) => failed?.(error),
      );
      return undefined;
    };
  }

  #add(socket: net.Socket): void {
    this.#sockets.add(socket);
    this.#busy.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#busy.delete(socket);
    });
  }
}
