import net from "node:net";
import type { AddressBook } from "./addresses.ts";
import { classify } from "./classify.ts";
import type { Destination } from "./destination.ts";
import { HttpError } from "../errors.ts";
import { SocketReader } from "./socket_reader.ts";
import type { Credentials } from "../credentials.ts";

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const USER_PASSWORD = 2;
const CONNECT = 1;
const IPV4 = 1;
const DOMAIN = 3;
const IPV6 = 4;

/** The replies of RFC 1928, 6, by their numbers from 1. */
const REPLIES = [
  "general failure",
  "not allowed by its rules",
  "network unreachable",
  "host unreachable",
  "connection refused",
  "time to live expired",
  "command not supported",
  "address type not supported",
];

/** A SOCKS 5 proxy. */
export interface SocksProxy {
  /** Its URL without user info. */
  readonly address: string;
  /** `socks5` resolves the target's name here, `socks5h` at the proxy. */
  readonly scheme: "socks5" | "socks5h";
  readonly credentials: Credentials | undefined;
  readonly addresses: AddressBook;
}

/**
 * Asks a SOCKS 5 proxy for a connection (RFC 1928, RFC 1929).
 *
 * @throws {HttpError} `auth` when the proxy wants (other) credentials, `connect` when it refuses, `http` for nonsense.
 */
export async function socksConnect(socket: net.Socket, to: Destination, proxy: SocksProxy): Promise<void> {
  const { address, credentials } = proxy;
  const target = await targetAddress(to, proxy);
  const reader = new SocketReader(socket, to.exchange);
  try {
    await greet(socket, reader, address, credentials);
    socket.write(Uint8Array.from([VERSION, CONNECT, 0, ...target, to.port >> 8, to.port & 0xff]));
    const [version, reply = 0, , type] = await reader.take(4);
    if (version !== VERSION) throw nonsense(address);
    if (reply !== 0) {
      throw new HttpError(
        "connect",
        `The proxy ${address} does not connect to ${to.host}:${to.port}: ${REPLIES[reply - 1] ?? `reply ${reply}`}`,
        "check the address and the proxy's rules, or name the host in no_proxy",
      );
    }
    await skipBoundAddress(reader, type, address);
    if (reader.hasMore) throw nonsense(address);
  } catch (cause) {
    socket.destroy();
    throw to.exchange.error ?? classify(cause, { address: `the proxy ${address}`, answered: false });
  } finally {
    reader.release();
  }
}

async function greet(
  socket: net.Socket,
  reader: SocketReader,
  address: string,
  credentials: Credentials | undefined,
): Promise<void> {
  const methods = credentials === undefined ? [NO_AUTHENTICATION] : [NO_AUTHENTICATION, USER_PASSWORD];
  socket.write(Uint8Array.from([VERSION, methods.length, ...methods]));
  const [version, method] = await reader.take(2);
  if (version !== VERSION) throw nonsense(address);
  if (method === NO_AUTHENTICATION) return;
  if (method !== USER_PASSWORD || credentials === undefined) throw wantsCredentials(address);
  const username = new TextEncoder().encode(credentials.username);
  const password = new TextEncoder().encode(credentials.password);
  if (username.length > 255 || password.length > 255) {
    throw new HttpError("config", `User name and password of ${address} can have at most 255 bytes each`);
  }
  socket.write(Uint8Array.from([1, username.length, ...username, password.length, ...password]));
  const [, status] = await reader.take(2);
  if (status !== 0) throw wantsCredentials(address);
}

/** The target as type and address (RFC 1928, 5). */
async function targetAddress(to: Destination, { scheme, addresses }: SocksProxy): Promise<number[]> {
  let host = to.host;
  if (net.isIP(host) === 0 && scheme === "socks5") {
    try {
      [host = host] = (await to.exchange.during(addresses.of(host))).list;
    } catch (cause) {
      throw classify(cause, { address: `${to.host}:${to.port}`, answered: false });
    }
  }
  if (net.isIP(host) === 4) return [IPV4, ...host.split(".").map(Number)];
  if (net.isIP(host) === 6) return [IPV6, ...ipv6Bytes(host)];
  const name = new TextEncoder().encode(host);
  if (name.length > 255) throw new HttpError("config", "The host name has more than 255 bytes");
  return [DOMAIN, name.length, ...name];
}

/** The sixteen bytes of an address that `net.isIP` takes for IPv6. */
export function ipv6Bytes(address: string): number[] {
  const [plain = ""] = address.split("%");
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain);
  const text = dotted === null
    ? plain
    : plain.slice(0, dotted.index) + dotted.slice(1).map((part) => Number(part).toString(16).padStart(2, "0"))
      .join("").replace(/^(.{4})/, "$1:");
  const [head = "", tail] = text.split("::");
  const groupsOf = (part: string) => part === "" ? [] : part.split(":").map((group) => parseInt(group, 16));
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const groups = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

async function skipBoundAddress(reader: SocketReader, type: number | undefined, address: string): Promise<void> {
  if (type === IPV4) await reader.take(4 + 2);
  else if (type === IPV6) await reader.take(16 + 2);
  else if (type === DOMAIN) {
    const [length = 0] = await reader.take(1);
    await reader.take(length + 2);
  } else throw nonsense(address);
}

function nonsense(address: string): HttpError {
  return new HttpError("http", `The proxy ${address} does not speak SOCKS 5`, "check the proxy's URL");
}

function wantsCredentials(address: string): HttpError {
  return new HttpError(
    "auth",
    `The proxy ${address} wants credentials, or others than these`,
    "put user name and password into the proxy's URL",
  );
}
