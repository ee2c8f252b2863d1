import type net from "node:net";
import { httpServer, rawServer, type TestServer } from "../contract/http_servers.ts";

export { httpServer, httpsServer, rawServer, type TestServer, tlsPath } from "../contract/http_servers.ts";

/** What a client asked for. */
export interface Asked {
  readonly method: string;
  /** The path and query as sent. */
  readonly target: string;
  /** The header without its last line end, as Latin-1. */
  readonly header: string;
}

/** Hands each request over with its connection, to be answered byte by byte. Requests have no bodies here. */
export async function rawHttpServer(answer: (socket: net.Socket, asked: Asked) => void): Promise<TestServer> {
  return await rawServer((socket) => {
    let header = "";
    socket.on("end", () => socket.end());
    socket.on("data", (piece: Uint8Array) => {
      header += new TextDecoder("latin1").decode(piece);
      const end = header.indexOf("\r\n\r\n");
      if (end < 0) return;
      const [, method = "", target = ""] = /^(\S+) (\S+)/.exec(header) ?? [];
      const asked = { method, target, header: header.slice(0, end) };
      header = "";
      answer(socket, asked);
    });
  });
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = await httpServer(() => {});
  server.close();
  return server.port;
}

/** Writes the same again and again, as fast as it is read, until the connection ends. */
export function pour(socket: net.Socket, piece: string): void {
  const more = () => {
    while (!socket.destroyed && socket.writable && socket.write(piece, "latin1"));
  };
  socket.on("drain", more);
  more();
}

/** Writes the same every so many milliseconds, until the connection ends. */
export function drip(socket: net.Socket, text: string, everyMs: number): void {
  const timer = setInterval(() => {
    if (socket.destroyed || !socket.writable) clearInterval(timer);
    else socket.write(text, "latin1");
  }, everyMs);
  socket.on("close", () => clearInterval(timer));
}

/** A whole answer; a status may bring its own reason. */
export function answer(
  status: number | string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Uint8Array {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const fields = { "Content-Length": String(bytes.length), ...headers };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = new TextEncoder().encode(`HTTP/1.1 ${status}${typeof status === "string" ? "" : " S"}\r\n${lines}\r\n`);
  const all = new Uint8Array(head.length + bytes.length);
  all.set(head);
  all.set(bytes, head.length);
  return all;
}
