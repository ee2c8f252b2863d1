import assert from "node:assert/strict";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { after, before, describe, it } from "node:test";
import tls from "node:tls";
import { type BoundedServer, serveBounded, type ServerTls } from "../../plugin/runtime/bounded_server.ts";
import { tlsText, until } from "./http_servers.ts";

const BOUNDS = {
  hostname: "127.0.0.1",
  port: 0,
  maxConnections: 50,
  maxHeaderBytes: 8_192,
  requestMs: 300,
  answerMs: 300,
};

/** All that a server sends on a connection until it ends it. */
function talk(port: number, start: string, drip?: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => socket.write(start));
    let text = "";
    const timer = drip === undefined ? undefined : setInterval(() => socket.writable && socket.write(drip), 20);
    socket.on("data", (piece: Uint8Array) => text += new TextDecoder().decode(piece));
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(timer);
      resolve(text);
    });
  });
}

function get(url: string, options: https.RequestOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = (url.startsWith("https") ? https : http).get(url, { agent: false, ...options }, (response) => {
      let text = `${response.statusCode} `;
      response.on("data", (piece: Uint8Array) => text += new TextDecoder().decode(piece));
      response.on("end", () => resolve(text));
      response.on("error", reject);
    });
    request.on("error", reject);
  });
}

describe("serveBounded()", () => {
  let server: BoundedServer;
  let handled = 0;
  let gone = 0;
  before(async () => {
    server = await serveBounded(async (request, connection) => {
      handled++;
      const { pathname } = new URL(request.url);
      if (pathname === "/large") return new Response("x".repeat(50_000_000));
      if (pathname === "/throws") throw new Error("canary");
      if (pathname === "/waits") {
        await new Promise<void>((resolve) => connection.gone.addEventListener("abort", () => resolve()));
        gone++;
      }
      return new Response(`${request.method} ${pathname}`, { status: 202, headers: { "X-Own": "1" } });
    }, BOUNDS);
  });
  after(() => server.close(0));

  it("answers requests on one connection, one after the other", async () => {
    const text = await talk(server.port, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    assert.match(text, /^HTTP\/1\.1 202 /);
    assert.match(text, /GET \/a$/);
    const two = await talk(server.port, "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    assert.match(two, /GET \/a[^]*GET \/b$/);
  });

  it("gives a HEAD no body, and closes after a request with one", async () => {
    const head = await talk(server.port, "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
    assert.ok(head.endsWith("\r\n\r\n"));
    const post = await talk(server.port, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nxxx");
    assert.match(post, /connection: close/i);
    assert.match(post, /POST \/a$/);
  });

  it("gives a request its time, however slowly its bytes come", async () => {
    const before = handled;
    const ends = await Promise.all([
      talk(server.port, ""),
      talk(server.port, "GET /a HTTP/1.1\r\nHost: x\r\n", "X-A: b\r\n"),
      talk(server.port, "G", "E"),
      talk(server.port, "GET /", "a"),
    ]);
    assert.ok(ends.every((text) => text === "" || /^HTTP\/1\.1 4/.test(text)), ends.join());
    assert.equal(handled, before);
  });

  it("refuses headers that are too long, and what is no HTTP", async () => {
    const before = handled;
    assert.match(
      await talk(server.port, `GET /a HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(20_000)}\r\n\r\n`),
      /^HTTP\/1\.1 431 /,
    );
    assert.match(await talk(server.port, `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`), /^HTTP\/1\.1 431 /);
    assert.match(await talk(server.port, "HELLO\r\n\r\n"), /^HTTP\/1\.1 400 /);
    assert.match(await talk(server.port, "GET http://other/ HTTP/1.1\r\nHost: x\r\n\r\n"), /^HTTP\/1\.1 400 /);
    assert.equal(handled, before);
  });

  it("does not wait for whoever does not read", async () => {
    const socket = net.connect(server.port, "127.0.0.1", () => socket.write("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"));
    socket.pause();
    socket.on("error", () => {});
    const started = performance.now();
    await new Promise<void>((resolve) => {
      setTimeout(() => socket.resume(), 600);
      socket.on("close", () => resolve());
    });
    assert.ok(socket.bytesRead < 50_000_000);
    assert.ok(performance.now() - started < 30_000);
  });

  it("tells a handler that its client went away", async () => {
    const socket = net.connect(server.port, "127.0.0.1", () => socket.write("GET /waits HTTP/1.1\r\nHost: x\r\n\r\n"));
    setTimeout(() => socket.destroy(), 50);
    assert.ok(await until(() => gone === 1));
  });

  it("answers a handler that throws with 500, and says nothing of it", async () => {
    assert.equal(await get(`http://127.0.0.1:${server.port}/throws`), "500 Internal Server Error\n");
  });

  it("has no more connections than its bound", async () => {
    const small = await serveBounded(() => new Response("ok"), { ...BOUNDS, maxConnections: 3, requestMs: 2_000 });
    const sockets = Array.from({ length: 3 }, () => net.connect(small.port, "127.0.0.1").on("error", () => {}));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
    await assert.rejects(get(`http://127.0.0.1:${small.port}/`));
    for (const socket of sockets) socket.destroy();
    let answer = "";
    for (let i = 0; i < 100 && answer === ""; i++) {
      answer = await get(`http://127.0.0.1:${small.port}/`).catch(() => "");
    }
    assert.equal(answer, "200 ok");
    await small.close(0);
  });

  it("rejects with the system's code where it cannot listen", async () => {
    await assert.rejects(
      serveBounded(() => new Response(), { ...BOUNDS, port: server.port }),
      (thrown: Error) => "code" in thrown && thrown.code === "EADDRINUSE",
    );
  });

  it("lets an answer that is under way end before it closes", async () => {
    let go: (() => void) | undefined;
    const ending = await serveBounded(async () => {
      await new Promise<void>((resolve) => go = resolve);
      return new Response("late");
    }, BOUNDS);
    const answer = get(`http://127.0.0.1:${ending.port}/`);
    assert.ok(await until(() => go !== undefined));
    const closed = ending.close(5_000);
    setTimeout(() => go?.(), 20);
    assert.equal(await answer, "200 late");
    await closed;
    await assert.rejects(get(`http://127.0.0.1:${ending.port}/`));
  });
});

describe("serveBounded() with TLS", () => {
  const settings = (name: string, more: Partial<ServerTls> = {}): ServerTls => ({
    cert: tlsText(`${name}.crt`),
    key: tlsText(`${name}.key`),
    minVersion: "TLSv1.2",
    requestCert: false,
    rejectUnauthorized: false,
    accepts: () => true,
    ...more,
  });
  const mutual = {
    ca: tlsText("ca.crt"),
    requestCert: true,
    rejectUnauthorized: true,
    accepts: (certificate: tls.PeerCertificate | undefined, isTrusted: boolean) =>
      certificate !== undefined && isTrusted,
  };
  const client = { cert: tlsText("client.crt"), key: tlsText("client.key") };
  const trusting = { rejectUnauthorized: false };

  it("lets in who has a certificate, where one is asked for, and nobody else", async () => {
    const server = await serveBounded(() => new Response("in"), { ...BOUNDS, tls: settings("server", mutual) });
    const url = `https://127.0.0.1:${server.port}/`;
    assert.equal(await get(url, { ...trusting, ...client }), "200 in");
    await assert.rejects(get(url, trusting));
    await assert.rejects(get(url, { ...trusting, cert: tlsText("other.crt"), key: tlsText("other.key") }));
    await assert.rejects(get(`http://127.0.0.1:${server.port}/`));
    await server.close(0);
  });

  it("uses a changed certificate and changed rules for connections from now on", async () => {
    const server = await serveBounded(() => new Response("in"), { ...BOUNDS, tls: settings("server") });
    const subject = () =>
      new Promise<string>((resolve, reject) => {
        const socket = tls.connect({ port: server.port, host: "127.0.0.1", ...trusting }, () => {
          resolve(socket.getPeerCertificate().fingerprint256);
          socket.destroy();
        });
        socket.on("error", reject);
      });
    const before = await subject();
    server.changeTls(settings("other"));
    assert.notEqual(await subject(), before);
    server.changeTls(settings("other", { accepts: () => false }));
    await assert.rejects(get(`https://127.0.0.1:${server.port}/`, trusting));
    await server.close(0);
  });

  it("lets an answer take its time, also when the server closes", async () => {
    const server = await serveBounded(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2 * BOUNDS.requestMs));
      return new Response("late");
    }, { ...BOUNDS, tls: settings("server", mutual) });
    const { port } = server;
    assert.equal(await get(`https://127.0.0.1:${port}/`, { ...trusting, ...client }), "200 late");
    const answer = get(`https://127.0.0.1:${port}/`, { ...trusting, ...client });
    await new Promise((resolve) => setTimeout(resolve, BOUNDS.requestMs / 2));
    await server.close(5_000);
    assert.equal(await answer, "200 late");
  });

  it("bounds the time of a handshake, too", async () => {
    const server = await serveBounded(() => new Response("in"), { ...BOUNDS, tls: settings("server") });
    assert.equal(await talk(server.port, "\x16", "\x03"), "");
    await server.close(0);
  });
});
