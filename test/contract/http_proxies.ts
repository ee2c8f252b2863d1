import net from "node:net";
import { rawServer, type TestServer } from "./http_servers.ts";

/** A proxy of a test, and what was asked of it. */
export interface TestProxy extends TestServer {
  readonly asked: string[];
}

/** An HTTP proxy: tunnels, and answers requests for `http://` addresses itself with their first line. */
export async function httpProxy(authorization?: string): Promise<TestProxy> {
  const asked: string[] = [];
  const server = await rawServer((socket) => {
    let head = "";
    const read = (piece: Uint8Array) => {
      head += new TextDecoder("latin1").decode(piece);
      if (!head.includes("\r\n\r\n")) return;
      const [line = ""] = head.split("\r\n");
      asked.push(line);
      const given = /^proxy-authorization: (.*)$/im.exec(head)?.[1];
      const request = head;
      head = "";
      if (authorization !== undefined && given !== authorization) {
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      } else if (line.startsWith("CONNECT ")) {
        socket.off("data", read);
        tunnel(socket, /^CONNECT (.*):(\d+) /.exec(line));
      } else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${request.length}\r\n\r\n${request}`);
    };
    socket.on("data", read);
  });
  return { ...server, asked };
}

function tunnel(socket: net.Socket, target: RegExpExecArray | null): void {
  if (target?.[1] === "forbidden.test") {
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    return;
  }
  const upstream = net.connect(Number(target?.[2]), "127.0.0.1", () => {
    socket.write("HTTP/1.1 200 Connection established\r\nX-More: y\r\n\r\n");
    join(socket, upstream);
  });
  upstream.on("error", () => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
  socket.on("close", () => upstream.destroy());
  socket.on("end", () => upstream.end());
}

/** A SOCKS 5 proxy; every name leads to this machine. */
export async function socksProxy(credentials?: string): Promise<TestProxy> {
  const asked: string[] = [];
  const server = await rawServer((socket) => {
    let bytes: number[] = [];
    let step: "greeting" | "credentials" | "request" = "greeting";
    const read = (piece: Uint8Array) => {
      bytes = [...bytes, ...piece];
      if (step === "greeting" && bytes.length >= 2 + (bytes[1] ?? 0)) {
        const methods = bytes.splice(0, 2 + (bytes[1] ?? 0)).slice(2);
        const method = credentials === undefined ? 0 : methods.includes(2) ? 2 : 255;
        socket.write(Uint8Array.from([5, method]));
        step = method === 2 ? "credentials" : "request";
      } else if (step === "credentials") {
        const user = bytes.splice(0, 2 + (bytes[1] ?? 0)).slice(2);
        const password = bytes.splice(0, 1 + (bytes[0] ?? 0)).slice(1);
        const text = (part: number[]) => new TextDecoder().decode(Uint8Array.from(part));
        socket.write(Uint8Array.from([1, `${text(user)}:${text(password)}` === credentials ? 0 : 1]));
        step = "request";
      } else if (step === "request" && bytes.length > 4) {
        socket.off("data", read);
        const [, , , type = 0, ...rest] = bytes;
        const length = type === 1 ? 4 : type === 4 ? 16 : rest[0] ?? 0;
        const address = type === 3 ? rest.slice(1, 1 + length) : rest.slice(0, length);
        const port = rest.slice(type === 3 ? 1 + length : length);
        const host = type === 3 ? new TextDecoder().decode(Uint8Array.from(address)) : address.join(".");
        asked.push(`${type} ${host}`);
        if (host === "forbidden.test") {
          socket.end(Uint8Array.from([5, 2, 0, 1, 0, 0, 0, 0, 0, 0]));
          return;
        }
        const upstream = net.connect((port[0] ?? 0) * 256 + (port[1] ?? 0), "127.0.0.1", () => {
          socket.write(Uint8Array.from([5, 0, 0, 3, 2, 65, 66, 0, 80]));
          join(socket, upstream);
        });
        upstream.on("error", () => socket.destroy());
        socket.on("close", () => upstream.destroy());
        socket.on("end", () => upstream.end());
      }
    };
    socket.on("data", read);
  });
  return { ...server, asked };
}

function join(one: net.Socket, other: net.Socket): void {
  one.on("data", (piece) => other.write(piece));
  other.on("data", (piece) => one.write(piece));
  one.on("end", () => other.end());
  other.on("end", () => one.end());
  one.on("close", () => other.destroy());
  other.on("close", () => one.destroy());
}
