import type net from "node:net";
import { classify } from "./classify.ts";
import type { Destination } from "./destination.ts";
import { HttpError } from "../errors.ts";
import { SocketReader } from "./socket_reader.ts";

/** The largest header of an answer to CONNECT, in bytes. */
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Asks an HTTP proxy for a tunnel (RFC 9110, 9.3.6).
 *
 * @param address The proxy's URL without user info.
 * @throws {HttpError} `auth` when the proxy wants (other) credentials, `connect` when it refuses, `http` for nonsense.
 */
export async function connectTunnel(
  socket: net.Socket,
  to: Destination,
  address: string,
  authorization: string | undefined,
): Promise<void> {
  const target = `${to.host.includes(":") ? `[${to.host}]` : to.host}:${to.port}`;
  const reader = new SocketReader(socket, to.exchange);
  try {
    socket.write(
      `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n` +
        (authorization === undefined ? "" : `Proxy-Authorization: ${authorization}\r\n`) + "\r\n",
    );
    const header = await reader.takeHeader(MAX_HEADER_BYTES);
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(header ?? "")?.[1] ?? 0);
    if (status < 200 || status > 299) throw refused(status, target, address);
    if (reader.hasMore) throw refused(0, target, address);
  } catch (cause) {
    socket.destroy();
    throw to.exchange.error ?? classify(cause, { address: `the proxy ${address}`, answered: false });
  } finally {
    reader.release();
  }
}

function refused(status: number, target: string, address: string): HttpError {
  // Tinyproxy answers wrong credentials with 401.
  if (status === 407 || status === 401) {
    return new HttpError(
      "auth",
      `The proxy ${address} wants credentials, or others than these (${status})`,
      "put user name and password into the proxy's URL",
    );
  }
  if (status === 0) {
    return new HttpError("http", `The proxy ${address} did not answer in valid HTTP`, "check the proxy's URL");
  }
  return new HttpError(
    "connect",
    `The proxy ${address} does not connect to ${target} (${status})`,
    "check the proxy's rules, or name the host in no_proxy",
  );
}
