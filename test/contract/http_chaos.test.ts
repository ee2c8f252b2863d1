import assert from "node:assert/strict";
import type net from "node:net";
import { after, before, describe, it } from "node:test";
import { HttpError, HttpShared } from "../../plugin/http/mod.ts";
import { httpClient, type WrittenOptions } from "../support/http_client.ts";
import { httpProxy, socksProxy, type TestProxy } from "./http_proxies.ts";
import { httpsServer, rawServer, type TestServer, tlsPath, until } from "./http_servers.ts";

const head = "HTTP/1.1 200 OK\r\n";

/** What a server may do with a request, from the right thing to the worst. */
const deeds: ((socket: net.Socket) => void)[] = [
  (socket) => socket.write(`${head}Content-Length: 2\r\n\r\nok`),
  (socket) => socket.end(`${head}Content-Length: 2\r\n\r\nok`),
  (socket) => socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`),
  (socket) => socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n`),
  (socket) => socket.end(`${head}Content-Length: 20\r\n\r\nok`),
  (socket) => socket.write(head),
  (socket) => socket.end("garbage\n\n"),
  (socket) => socket.destroy(),
  (socket) => socket.resetAndDestroy(),
  () => {},
];

describe("a client whose run is cancelled or times out among misbehaving servers", () => {
  let server: TestServer;
  let secure: TestServer;
  let proxy: TestProxy;
  let socks: TestProxy;

  before(async () => {
    let turn = 0;
    server = await rawServer((socket) => {
      if (++turn % 11 === 0) {
        socket.destroy();
        return;
      }
      socket.on("data", () => deeds[turn++ % deeds.length]?.(socket));
      socket.on("end", () => socket.end());
    });
    secure = await httpsServer("server", (request, response) => {
      const deed = turn++ % 4;
      if (deed < 2) response.end("ok");
      else if (deed === 2) request.socket.destroy();
      else response.write("never more");
    });
    proxy = await httpProxy();
    socks = await socksProxy();
  });
  after(() => {
    for (const one of [server, secure, proxy, socks]) one.close();
  });

  const kinds = (): Record<string, WrittenOptions> => ({
    "over fetch": {},
    "over node": { connect_timeout: 0.05 },
    "with kept connections": { persist_connections: true },
    "through proxies": { proxy: { http: socks.origin.replace("http", "socks5h"), https: proxy.origin } },
  });
  for (const kind of ["over fetch", "over node", "with kept connections", "through proxies"]) {
    it(`${kind}: every request settles, no connection stays open`, async () => {
      const shared = new HttpShared();
      for (let round = 0; round < 6; round++) {
        const controller = new AbortController();
        const options = { timeout: 0.06, tls_ca_cert: tlsPath("ca.crt"), ...kinds()[kind] };
        const run = { deadlineMs: performance.now() + 40 + 30 * round, signal: controller.signal };
        const client = await httpClient(options, run, shared).catch((error) => {
          // A busy machine may not even have read the authorities by then.
          assert.equal(error.code, "timeout");
        });
        if (client === undefined) continue;
        const cancel = setTimeout(() => controller.abort(), 150 - 20 * round);
        await Promise.all(Array.from({ length: 20 }, async (_, i) => {
          for (let repeat = 0; repeat < 3; repeat++) {
            const request = client.request({ url: i % 4 === 0 ? secure.origin : server.origin });
            await request.then(
              (response) => assert.equal(response.text(), "ok"),
              (error) => assert.ok(error instanceof HttpError),
            );
          }
        }));
        clearTimeout(cancel);
        client.close();
      }
      shared.close();
      const open = () => server.open() + secure.open() + proxy.open() + socks.open();
      assert.ok(await until(() => open() === 0), `${open()} connections are open`);
    });
  }
});
