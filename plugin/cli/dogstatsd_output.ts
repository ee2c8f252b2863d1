import { Buffer } from "node:buffer";
import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { errorCode, OutputError } from "../runtime/stdout.ts";
import { UnixDatagramSocket } from "../runtime/unix_datagram.ts";
import type { Output } from "./output.ts";
import { UsageError } from "./usage_error.ts";

/** Most of a datagram, in bytes: what a packet of Ethernet carries, and what an Agent reads at once. */
const UDP_BYTES = 1_432;
const UNIX_BYTES = 8_192;

/**
 * Sends lines as datagrams, as many to each as fit, to `udp://HOST:PORT` or `unix:///PATH`.
 *
 * @throws {UsageError} when it is no such address
 */
export function toDogstatsd(address: string): Output {
  const [, path] = /^unix:\/\/(\/.+)$/.exec(address) ?? [];
  if (path !== undefined) return (text) => sendToPath(path, text);
  const url = /^udp:\/\//.test(address) && URL.canParse(address) ? new URL(address) : undefined;
  const port = Number(url?.port);
  if (url === undefined || url.hostname === "" || !(port > 0) || !["", "/"].includes(url.pathname)) {
    throw new UsageError(`--to ${address} is no address`, "write udp://HOST:PORT or unix:///PATH");
  }
  return (text) => sendOverUdp(url.hostname, port, text);
}

/** Whole lines in datagrams of at most so many bytes; a longer line is a datagram of its own. */
export function* datagrams(text: string, most: number): Generator<string> {
  let datagram = "";
  let size = 0;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const bytes = Buffer.byteLength(line) + 1;
    if (size + bytes > most && size > 0) {
      yield datagram;
      [datagram, size] = ["", 0];
    }
    datagram += `${line}\n`;
    size += bytes;
  }
  if (size > 0) yield datagram;
}

async function sendToPath(path: string, text: string): Promise<void> {
  const socket = await UnixDatagramSocket.connect(path);
  try {
    for (const datagram of datagrams(text, UNIX_BYTES)) await socket.send(new TextEncoder().encode(datagram));
  } finally {
    socket.close();
  }
}

/** An IPv6 address is in brackets. That nobody listens is known where the system says so, at the latest with the second datagram. */
async function sendOverUdp(host: string, port: number, text: string): Promise<void> {
  let failure: unknown;
  let socket: Socket | undefined;
  try {
    const { address, family } = await lookup(host.replace(/^\[|\]$/g, ""));
    socket = createSocket(family === 6 ? "udp6" : "udp4");
    socket.on("error", (error) => failure ??= error);
    socket.connect(port, address);
    await once(socket, "connect");
    for (const datagram of datagrams(text, UDP_BYTES)) {
      await send(socket, datagram);
      if (failure !== undefined) throw failure;
    }
    // What the system says of the last datagram comes with the next turn.
    await turn();
    await turn();
    if (failure !== undefined) throw failure;
  } catch (thrown) {
    throw new OutputError(errorCode(thrown), `udp://${host}:${port}`);
  } finally {
    socket?.close();
  }
}

function send(socket: Socket, datagram: string): Promise<void> {
  return new Promise((resolve, reject) => socket.send(datagram, (error) => error ? reject(error) : resolve()));
}
