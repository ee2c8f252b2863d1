import net from "node:net";
import tls from "node:tls";
import type { Exchange } from "./exchange.ts";
import type { AddressBook } from "./addresses.ts";
import { classify, codeOf } from "./classify.ts";
import type { Destination } from "./destination.ts";
import type { ProxyChoice, ProxyRoute } from "./proxy_route.ts";
import type { ServerMemory } from "./server_memory.ts";
import { type TlsSettings, withoutIdentity } from "./tls.ts";

/** How connections of one agent are made. */
export interface DialOptions {
  readonly tls: TlsSettings;
  /** The proxy of each target; absent when nothing is proxied. */
  readonly proxy?: ProxyChoice;
  /** How servers were reached before. */
  readonly servers: ServerMemory;
}

/**
 * Opens a connection: TCP, then the proxy's handshake, then TLS with the target's name.
 *
 * The socket is destroyed when the exchange ends first: nothing dials on after a cancel.
 */
export async function dial(to: Destination, options: DialOptions): Promise<net.Socket> {
  if (to.isUnix) return await open({ path: to.host }, to.exchange);
  const proxy = options.proxy?.(to);
  const socket = proxy === undefined
    ? await connect(to.host, to.port, to.exchange, options.servers.addresses)
    : await connectVia(proxy, to, options);
  return to.secure ? await encrypt(socket, to.host, to.servername, options.tls, to.exchange) : socket;
}

async function connectVia(proxy: ProxyRoute, to: Destination, { tls, servers }: DialOptions): Promise<net.Socket> {
  let socket: net.Socket;
  try {
    socket = await connect(proxy.host, proxy.port, to.exchange, servers.addresses);
    if (proxy.scheme === "https") {
      // The client certificate is for the target, not for the proxy.
      socket = await encrypt(socket, proxy.host, undefined, withoutIdentity(tls), to.exchange);
    }
  } catch (cause) {
    throw classify(cause, { address: `the proxy ${proxy.address}`, answered: false });
  }
  await proxy.handshake(socket, to, servers.addresses);
  return socket;
}

/** Tries one address of a host after the other; a server sees the one connection that is used, and no other. */
async function connect(host: string, port: number, exchange: Exchange, addresses: AddressBook): Promise<net.Socket> {
  const { list } = await exchange.during(addresses.of(host));
  let failure: unknown;
  for (const [i, address] of list.entries()) {
    const tryMs = i + 1 < list.length ? exchange.shareOfConnect(list.length) : undefined;
    try {
      const socket = await open({ host: address, port }, exchange, tryMs);
      addresses.reached(host, address);
      return socket;
    } catch (cause) {
      if (exchange.error !== undefined) throw cause;
      // That nothing listens says more than that there is no route.
      if (failure === undefined || codeOf(cause) === "ECONNREFUSED") failure = cause;
    }
  }
  addresses.forget(host);
  throw failure;
}

/** @param tryMs gives up after so many milliseconds */
function open(to: { host: string; port: number } | { path: string }, exchange: Exchange, tryMs?: number) {
  return new Promise<net.Socket>((resolve, reject) => {
    const socket = net.connect({ ...to, noDelay: true });
    if (tryMs !== undefined) {
      const giveUp = () => socket.destroy(Object.assign(new Error("no connection"), { code: "ETIMEDOUT" }));
      const timer = setTimeout(giveUp, tryMs);
      for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(timer));
    }
    settle(socket, "connect", exchange, resolve, reject);
  });
}

function encrypt(
  socket: net.Socket,
  host: string,
  servername: string | undefined,
  settings: TlsSettings,
  exchange: Exchange,
): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    // An IP address is verified against the certificate's addresses, but never sent as SNI (RFC 6066, 3).
    const name = servername ?? (net.isIP(host) ? undefined : host);
    const { useHostHeader: _, ...options } = settings;
    const secured = tls.connect({ ...options, socket, host, ...(name === undefined ? {} : { servername: name }) });
    settle(secured, "secureConnect", exchange, resolve, reject);
    socket.once("error", (error) => secured.destroy(error));
  });
}

function settle<S extends net.Socket>(
  socket: S,
  ready: "connect" | "secureConnect",
  exchange: Exchange,
  resolve: (socket: S) => void,
  reject: (reason: unknown) => void,
): void {
  const failed = (error: Error) => {
    socket.destroy();
    reject(error);
  };
  const closed = () => reject(Object.assign(new Error("closed while connecting"), { code: "ECONNRESET" }));
  exchange.onAbort(failed);
  socket.once("error", failed);
  socket.once("close", closed);
  socket.once(ready, () => {
    socket.off("error", failed);
    socket.off("close", closed);
    resolve(socket);
  });
}
