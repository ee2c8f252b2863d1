import assert from "node:assert/strict";
import process from "node:process";
import { after, afterEach, before, describe, it } from "node:test";
import { HttpError, type HttpResponse } from "../../plugin/http/mod.ts";
import { httpClient, type WrittenOptions } from "../support/http_client.ts";
import { httpProxy, socksProxy, type TestProxy } from "./http_proxies.ts";
import { httpServer, httpsServer, rawServer, type TestServer, tlsPath, until } from "./http_servers.ts";

async function get(url: string, options: WrittenOptions): Promise<HttpResponse> {
  const client = await httpClient({ timeout: 3, ...options }, { deadlineMs: performance.now() + 5000 });
  try {
    return await client.request({ url });
  } finally {
    await client.close();
  }
}

async function failure(url: string, options: WrittenOptions): Promise<HttpError> {
  try {
    await get(url, options);
  } catch (error) {
    assert.ok(error instanceof HttpError, String(error));
    return error;
  }
  assert.fail(`${url} answered`);
}

describe("proxies", () => {
  let plain: TestServer;
  let secure: TestServer;
  let proxy: TestProxy;
  let guarded: TestProxy;
  let socks: TestProxy;
  let guardedSocks: TestProxy;
  const ca = { tls_ca_cert: tlsPath("ca.crt") };

  before(async () => {
    plain = await httpServer((request, response) => response.end(`plain ${request.url}`));
    secure = await httpsServer("server", (request, response) => response.end(`secure ${request.headers.host}`));
    proxy = await httpProxy();
    guarded = await httpProxy(`Basic ${btoa("us@er:pass")}`);
    socks = await socksProxy();
    guardedSocks = await socksProxy("us@er:pass");
  });
  afterEach(() => {
    for (const { asked } of [proxy, guarded, socks, guardedSocks]) asked.length = 0;
    delete process.env.http_proxy;
    delete process.env.NO_PROXY;
  });
  after(() => {
    for (const server of [plain, secure, proxy, guarded, socks, guardedSocks]) server.close();
  });

  it("forward requests for http:// by their whole URL", async () => {
    const response = await get("http://target.test:81/a?b", { proxy: { http: proxy.origin } });
    assert.match(response.text(), /^GET http:\/\/target\.test:81\/a\?b HTTP\/1\.1\r\n/);
    assert.match(response.text(), /\r\nHost: target\.test:81\r\n/i);
  });

  it("tunnel https://, verified with the target's name or address", async () => {
    const options = { proxy: { https: proxy.origin }, ...ca };
    assert.equal((await get(secure.origin, options)).text(), `secure 127.0.0.1:${secure.port}`);
    assert.equal((await get(`https://sni.test:${secure.port}/`, options)).text(), `secure sni.test:${secure.port}`);
    assert.deepEqual(proxy.asked, [
      `CONNECT 127.0.0.1:${secure.port} HTTP/1.1`,
      `CONNECT sni.test:${secure.port} HTTP/1.1`,
    ]);
    assert.equal((await failure(`https://wrong.test:${secure.port}/`, options)).code, "tls");
  });

  it("are given their credentials, which no target sees", async () => {
    const url = guarded.origin.replace("//", "//us%40er:pass@");
    assert.equal((await get("http://target.test/", { proxy: { http: url } })).status, 200);
    assert.equal((await get(secure.origin, { proxy: { https: url }, ...ca })).status, 200);
    assert.equal((await get("http://target.test/", { proxy: { http: guarded.origin } })).status, 407);
    const error = await failure(secure.origin, { proxy: { https: guarded.origin.replace("//", "//us:wrong@") } });
    assert.equal(error.code, "auth");
    assert.doesNotMatch(error.message, /wrong/);
  });

  it("can themselves be reached with TLS", async () => {
    const own = await httpsServer("server", (request, response) => response.end(`proxied ${request.url}`));
    const options = { proxy: { http: `https://localhost:${own.port}` }, ...ca };
    assert.equal((await get("http://target.test/x", options)).text(), "proxied http://target.test/x");
    own.close();
  });

  it("of kind socks5 get an address, of kind socks5h the name", async () => {
    for (const [scheme, asked] of [["socks5", "1 127.0.0.1"], ["socks5h", "3 localhost"]] as const) {
      const url = socks.origin.replace("http", scheme);
      const response = await get(`http://localhost:${plain.port}/p`, { proxy: { http: url } });
      assert.equal(response.text(), "plain /p");
      // The first address of localhost may be ::1, which this proxy writes as its bytes.
      assert.ok([asked, "4 0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1"].includes(socks.asked.shift() ?? ""));
    }
    const options = { proxy: { https: socks.origin.replace("http", "socks5h") }, ...ca };
    assert.equal((await get(`https://sni.test:${secure.port}/`, options)).status, 200);
    assert.deepEqual(socks.asked, ["3 sni.test"]);
  });

  it("of kind socks5 take credentials and refuse wrong ones: auth", async () => {
    const url = (credentials: string) => guardedSocks.origin.replace("http://", `socks5h://${credentials}`);
    assert.equal((await get(plain.origin, { proxy: { http: url("us%40er:pass@") } })).text(), "plain /");
    for (const credentials of ["", "us%40er:wrong@"]) {
      const error = await failure(plain.origin, { proxy: { http: url(credentials) } });
      assert.equal(error.code, "auth");
      assert.doesNotMatch(error.message, /wrong/);
    }
  });

  it("that refuse the target: connect, with both addresses", async () => {
    for (const url of [proxy.origin, socks.origin.replace("http", "socks5h")]) {
      const error = await failure("https://forbidden.test/", { proxy: { https: url } });
      assert.equal(error.code, "connect");
      assert.ok(error.message.includes(url) && error.message.includes("forbidden.test:443"), error.message);
    }
  });

  it("that are down, or talk nonsense, are named", async () => {
    const down = await rawServer(() => {});
    down.close();
    const error = await failure(plain.origin, { proxy: { http: down.origin } });
    assert.equal(error.code, "connect");
    assert.ok(error.message.includes(`the proxy ${down.origin}`), error.message);
    const nonsense = await rawServer((socket) => socket.once("data", () => socket.end("nonsense\r\n\r\n")));
    assert.equal((await failure(secure.origin, { proxy: { https: nonsense.origin } })).code, "http");
    const asSocks = nonsense.origin.replace("http", "socks5");
    assert.equal((await failure(plain.origin, { proxy: { http: asSocks } })).code, "http");
    nonsense.close();
  });

  it("that fall silent in the handshake are given up, their connections closed", async () => {
    const silent = await rawServer((socket) => socket.resume());
    for (const url of [silent.origin, silent.origin.replace("http", "socks5")]) {
      const error = await failure(secure.origin, { proxy: { https: url }, timeout: 0.2 });
      assert.equal(error.code, "timeout");
      assert.ok(await until(() => silent.open() === 0));
    }
    silent.close();
  });

  it("are left out by no_proxy and skip_proxy", async () => {
    const http = proxy.origin;
    assert.equal((await get(plain.origin, { proxy: { http, no_proxy: ["127.0.0.0/8"] } })).text(), "plain /");
    assert.equal((await get(plain.origin, { proxy: { http }, skip_proxy: true })).text(), "plain /");
    assert.deepEqual(proxy.asked, []);
  });

  it("come from the environment, but for NO_PROXY and skip_proxy", async () => {
    const named = plain.origin.replace("127.0.0.1", "localhost");
    process.env.NO_PROXY = "127.0.0.1";
    process.env.http_proxy = proxy.origin;
    assert.match((await get(named, {})).text(), /^GET http:\/\//);
    assert.equal((await get(named, { skip_proxy: true })).text(), "plain /");
    process.env.NO_PROXY = "127.0.0.1,localhost";
    assert.equal((await get(named, {})).text(), "plain /");
    assert.equal(proxy.asked.length, 1);
  });

  it("are spoken to over few connections", async () => {
    const client = await httpClient({ proxy: { https: proxy.origin }, ...ca }, {
      deadlineMs: performance.now() + 5000,
    });
    for (let i = 0; i < 10; i++) await client.request({ url: secure.origin });
    assert.equal(proxy.asked.length, 1);
    client.close();
    assert.ok(await until(() => secure.open() === 0 && proxy.open() === 0));
  });
});
