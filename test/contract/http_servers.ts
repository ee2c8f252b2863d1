import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";

/** A server of a test, on a port of its own. */
export interface TestServer {
  /** Without a slash at the end. */
  readonly origin: string;
  readonly port: number;
  /** Connections that are open now. */
  open(): number;
  /** Connections that have been opened so far. */
  opened(): number;
  close(): void;
}

const folder = new URL("../golden/tls/", import.meta.url);

/** The path of a file of test/golden/tls. */
export function tlsPath(name: string): string {
  return new URL(name, folder).pathname;
}

/** The text of a file of test/golden/tls. */
export function tlsText(name: string): string {
  return readFileSync(tlsPath(name), "utf8");
}

/** An HTTP server; `body` is complete when `answer` is called. */
export async function httpServer(
  answer: (request: http.IncomingMessage, response: http.ServerResponse, body: string) => void,
  host = "127.0.0.1",
): Promise<TestServer> {
  return await listen(http.createServer(withBody(answer)), "http", host);
}

/** An HTTPS server with a certificate of test/golden/tls. */
export async function httpsServer(
  certificate: string,
  answer: (request: http.IncomingMessage, response: http.ServerResponse, body: string) => void,
  options: https.ServerOptions = {},
): Promise<TestServer> {
  const pair = { cert: tlsText(`${certificate}.crt`), key: tlsText(`${certificate}.key`) };
  const server = https.createServer({ ...pair, ...options }, withBody(answer));
  server.on("tlsClientError", () => {});
  return await listen(server, "https", "127.0.0.1");
}

/** A server that does with a connection what the test says. */
export async function rawServer(
  accept: (socket: net.Socket) => void,
  scheme: "http" | "https" = "http",
): Promise<TestServer> {
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    accept(socket);
  });
  return await listen(server, scheme, "127.0.0.1");
}

/** Answers the first bytes of every connection with these, then closes. */
export function answering(bytes: string): (socket: net.Socket) => void {
  return (socket) => socket.once("data", () => socket.end(bytes, "latin1"));
}

/** Answers the first bytes of every connection with these, then resets it. */
export function resetting(bytes: string): (socket: net.Socket) => void {
  return (socket) => socket.once("data", () => socket.write(bytes, "latin1", () => socket.resetAndDestroy()));
}

function withBody(answer: (request: http.IncomingMessage, response: http.ServerResponse, body: string) => void) {
  return (request: http.IncomingMessage, response: http.ServerResponse) => {
    let body = "";
    request.on("data", (piece) => body += piece);
    request.on("end", () => answer(request, response, body));
  };
}

async function listen(server: net.Server, scheme: string, host: string): Promise<TestServer> {
  const sockets = new Set<net.Socket>();
  let opened = 0;
  server.on("connection", (socket: net.Socket) => {
    opened++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("end", () => sockets.delete(socket));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const { port } = address;
  return {
    origin: `${scheme}://${host}:${port}`,
    port,
    open: () => sockets.size,
    opened: () => opened,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Waits until a condition holds, at most a second. */
export async function until(holds: () => boolean): Promise<boolean> {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  return holds();
}
