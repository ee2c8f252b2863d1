import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import type tls from "node:tls";
import { HttpError, type HttpResponse } from "../../plugin/http/mod.ts";
import { httpClient, type WrittenOptions } from "../support/http_client.ts";
import { httpServer, httpsServer, type TestServer, tlsPath, tlsText } from "./http_servers.ts";

const ca = { tls_ca_cert: tlsPath("ca.crt") };
const isDeno = process.versions.bun === undefined;

async function get(url: string, options: WrittenOptions, lines: string[] = []): Promise<HttpResponse> {
  const client = await httpClient({ timeout: 3, ...ca, ...options }, {
    deadlineMs: performance.now() + 5000,
    log: (level, message) => lines.push(`${level} ${message}`),
  });
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

describe("TLS options", () => {
  let server: TestServer;
  let mutual: TestServer;
  let modern: TestServer;
  let other: TestServer;

  before(async () => {
    const about = (request: { socket: unknown; headers: { host?: string | undefined } }) => {
      const socket = request.socket as tls.TLSSocket & { readonly servername?: string };
      return JSON.stringify({ sni: socket.servername, version: socket.getProtocol?.(), host: request.headers.host });
    };
    server = await httpsServer("server", (request, response) => response.end(about(request)));
    modern = await httpsServer("server", (_, response) => response.end("modern"), { minVersion: "TLSv1.3" });
    other = await httpsServer("other", (_, response) => response.end("other"));
    mutual = await httpsServer("server", (_, response) => response.end("welcome"), {
      ca: tlsText("ca.crt"),
      requestCert: true,
      rejectUnauthorized: true,
    });
  });
  after(() => {
    for (const one of [server, mutual, modern, other]) one.close();
  });

  it("send a client certificate with its key, from one file or two, the key encrypted or not", async () => {
    const options: WrittenOptions[] = [
      { tls_cert: tlsPath("client.crt"), tls_private_key: tlsPath("client.key") },
      { tls_cert: tlsPath("client-with-key.pem") },
      {
        tls_cert: tlsPath("client.crt"),
        tls_private_key: tlsPath("client-encrypted.key"),
        tls_private_key_password: "secret",
      },
    ];
    for (const option of options) assert.equal((await get(mutual.origin, option)).text(), "welcome");
    assert.match((await failure(mutual.origin, {})).code, /^(tls|connect)$/);
  });

  it("refuse certificates and keys that cannot work: config", async () => {
    const options: WrittenOptions[] = [
      { tls_cert: tlsPath("client.crt") },
      { tls_private_key: tlsPath("client.key") },
      { tls_cert: tlsPath("client.crt"), tls_private_key: tlsPath("server.key") },
      { tls_cert: tlsPath("client.crt"), tls_private_key: tlsPath("client-encrypted.key") },
      {
        tls_cert: tlsPath("client.crt"),
        tls_private_key: tlsPath("client-encrypted.key"),
        tls_private_key_password: "sesame",
      },
      { tls_cert: tlsPath("client.key"), tls_private_key: tlsPath("client.key") },
      { tls_cert: tlsPath("absent"), tls_private_key: tlsPath("client.key") },
      { tls_protocols_allowed: ["SSLv3"] },
    ];
    for (const option of options) {
      const error = await failure(mutual.origin, option);
      assert.equal(error.code, "config", JSON.stringify(option));
      assert.doesNotMatch(error.message, /sesame/);
    }
  });

  it("do not show the client certificate to an origin that a redirect led to", async () => {
    const away = await httpsServer("server", (_, response) => {
      response.writeHead(302, { Location: mutual.origin }).end();
    });
    const option = { tls_cert: tlsPath("client-with-key.pem") };
    assert.match((await failure(away.origin, option)).code, /^(tls|connect)$/);
    away.close();
  });

  it("use the Host header for SNI and the certificate with tls_use_host_header", async () => {
    const headers = { extra_headers: { Host: "sni.test:8443" } };
    const seen = JSON.parse((await get(server.origin, { ...headers, tls_use_host_header: true })).text());
    assert.deepEqual([seen.host, seen.sni], ["sni.test:8443", "sni.test"]);
    const wrong = { extra_headers: { Host: "other.test" }, tls_use_host_header: true };
    assert.equal((await failure(server.origin, wrong)).code, "tls");
    const { host, sni } = JSON.parse((await get(server.origin, headers)).text());
    assert.equal(host, "sni.test:8443");
    assert.notEqual(sni, "sni.test");
    assert.equal((await failure(other.origin, { extra_headers: { Host: "other.test" } })).code, "tls");
  });

  it("accept another name, not another authority, with tls_validate_hostname: false", async () => {
    assert.equal((await get(other.origin, { tls_validate_hostname: false })).text(), "other");
    const unknown = { tls_validate_hostname: false, tls_ca_cert: tlsPath("other.crt") };
    assert.equal((await failure(server.origin, unknown)).code, "tls");
  });

  it("speak only the versions of tls_protocols_allowed", async () => {
    for (const version of ["TLSv1.2", "TLSv1.3"]) {
      const response = await get(server.origin, { tls_protocols_allowed: [version] });
      assert.equal(JSON.parse(response.text()).version ?? version, version);
    }
    assert.equal((await failure(modern.origin, { tls_protocols_allowed: ["TLSv1.2"] })).code, "tls");
    assert.equal(
      (await get(modern.origin, { tls_protocols_allowed: ["SSLv3", "TLSv1.2", "TLSv1.3"] })).text(),
      "modern",
    );
  });

  it("offer only tls_ciphers on Bun, and say that Deno cannot", async () => {
    const lines: string[] = [];
    const options = { tls_ciphers: ["ECDHE-ECDSA-AES128-GCM-SHA256"], tls_protocols_allowed: ["TLSv1.2"] };
    assert.equal((await get(server.origin, options, lines)).status, 200);
    assert.equal(lines.some((line) => /^warning tls_ciphers has no effect/.test(line)), isDeno);
    if (isDeno) return;
    // A cipher for RSA certificates only: this server has none.
    const rsa = { tls_ciphers: ["ECDHE-RSA-AES128-GCM-SHA256"], tls_protocols_allowed: ["TLSv1.2"] };
    assert.equal((await failure(server.origin, rsa)).code, "tls");
  });

  it("verify although tls_verify is false when tls_ca_cert is set, as the Agent does", async () => {
    assert.equal((await failure(other.origin, { tls_verify: false })).code, "tls");
  });

  it("trust the machine's authorities where tls_ca_cert names none", async () => {
    const ask = (url: string, options: WrittenOptions) =>
      new Promise<string>((resolve, reject) => {
        const script = new URL("http_client_process.ts", import.meta.url).pathname;
        const command = isDeno ? ["run", "-A", script] : [script];
        const env = { ...process.env, SSL_CERT_FILE: tlsPath("ca.crt"), SSL_CERT_DIR: "", NODE_EXTRA_CA_CERTS: "" };
        const args = [...command, url, JSON.stringify(options)];
        execFile(process.execPath, args, { env }, (error, stdout) => error ? reject(error) : resolve(stdout));
      });
    assert.equal(await ask(other.origin.replace("127.0.0.1", "localhost"), {}), "tls");
    assert.match(await ask(server.origin, {}), /127\.0\.0\.1/);
    assert.match(await ask(server.origin, { persist_connections: true }), /127\.0\.0\.1/);
    assert.equal(await ask(server.origin, { tls_ca_cert: tlsPath("other.crt") }), "tls");
  });

  it("warn of missing verification unless tls_ignore_warning is set", async () => {
    for (const [ignore, warnings] of [[false, 1], [true, 0]] as const) {
      const lines: string[] = [];
      const options = { tls_ca_cert: undefined, tls_verify: false, tls_ignore_warning: ignore };
      assert.equal((await get(other.origin, options, lines)).text(), "other");
      assert.equal(lines.length, warnings);
    }
  });

  it("log requests with log_requests, without user info", async () => {
    const plain = await httpServer((_, response) => response.end());
    const lines: string[] = [];
    await get(`${plain.origin.replace("//", "//user:sesame@")}/x`, { log_requests: true }, lines);
    assert.deepEqual(lines, [`debug Sending GET request to ${plain.origin}/x`]);
    plain.close();
  });
});
