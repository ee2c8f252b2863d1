import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import type { Host } from "../../faults/host.ts";
import { API_KEY, PASSWORD, USER } from "./nginx.ts";
import { allFail, allWell, check, type World } from "./world.ts";

/** What needs no TLS: headers, credentials, codings, redirects, clocks, bounds; against nginx. */
export function nginxSuite(world: () => World, host: () => Host): void {
  const at = (path: string) => `http://127.0.0.1:${world().nginx.ports.plain}/${path}`;

  it("username and password: basic credentials, or refused", async () => {
    await allWell(host(), at("basic"), { username: USER, password: PASSWORD });
    await allFail(host(), "auth", at("basic"), { username: USER, password: "wrong" });
    await allFail(host(), "auth", at("basic"));
  });

  it("use_legacy_auth_encoding: Latin-1 by default, UTF-8 without", async () => {
    const options = { username: USER, password: PASSWORD, use_legacy_auth_encoding: false };
    await allWell(host(), at("basic-utf8"), options);
    await allFail(host(), "auth", at("basic"), options);
  });

  it("user info in the address: basic credentials", async () => {
    const userInfo = `${USER}:${encodeURIComponent(PASSWORD)}@`;
    await allWell(host(), at("basic").replace("//", `//${userInfo}`));
  });

  it("headers replace the defaults, extra_headers add to them", async () => {
    const { nginx } = world();
    await nginx.logged();
    await allWell(host(), at("key"), { headers: { "X-Api-Key": API_KEY } });
    assert.ok((await nginx.logged()).every((asked) => !asked.http_user_agent.includes("torchserve-check")));
    await allWell(host(), at("key"), { extra_headers: { "X-Api-Key": API_KEY } });
    assert.ok((await nginx.logged()).every((asked) => asked.http_user_agent.startsWith("torchserve-check/")));
    await allFail(host(), "auth", at("key"));
  });

  it("auth_token: a file's content, or a group of its pattern, in a header", async () => {
    const path = join(world().directory, "token");
    writeFileSync(path, `${API_KEY}\n`);
    const writer = { type: "header", name: "Authorization", value: "Bearer <TOKEN>" };
    await allWell(host(), at("bearer"), { auth_token: { reader: { type: "file", path }, writer } });
    const other = join(world().directory, "token.json");
    writeFileSync(other, JSON.stringify({ token: API_KEY }));
    const reader = { type: "file", path: other, pattern: '"token":"([^"]+)"' };
    await allWell(host(), at("bearer"), { auth_token: { reader, writer } });
    await allWell(host(), at("key"), {
      auth_token: { reader, writer: { type: "header", name: "X-Api-Key", value: "<TOKEN>" } },
    });
  });

  it("answers in gzip are read", async () => {
    const { nginx } = world();
    await nginx.logged();
    await allWell(host(), at("gzip"));
    const asked = await nginx.logged();
    assert.ok(asked.length > 3);
    assert.deepEqual([...new Set(asked.map((one) => one.sent_http_content_encoding))], ["gzip"]);
  });

  it("allow_redirects: followed within the server, or told", async () => {
    await allWell(host(), at("moved"));
    assert.match(await allFail(host(), "http", at("moved"), { allow_redirects: false }), /302.*allow_redirects/);
  });

  it("credentials do not follow to another origin", async () => {
    const { nginx } = world();
    await nginx.logged();
    await allWell(host(), at("away"), { username: USER, password: "p", extra_headers: { "X-Api-Key": API_KEY } });
    const asked = await nginx.logged();
    const [near, far] = [nginx.ports.plain, nginx.ports.elsewhere].map((port) =>
      asked.filter((one) => one.server_port === String(port))
    );
    assert.ok(near?.every((one) => one.http_authorization !== "" && one.http_x_api_key === API_KEY));
    assert.ok(far !== undefined && far.length > 2);
    assert.ok(far.every((one) => one.http_authorization === "" && one.http_x_api_key === ""));
  });

  it("timeout and read_timeout: a server that says nothing", async () => {
    assert.match(await allFail(host(), "timeout", at("silent"), { timeout: 0.3 }), /within 0\.3 s|for 0\.3 s/);
    const said = await allFail(host(), "timeout", at("silent"), { read_timeout: 0.3, connect_timeout: 3 });
    assert.match(said, /sent nothing for 0\.3 s \(read_timeout\)/);
  });

  it("connect_timeout: a server that is stopped, in the TLS handshake", async () => {
    const { nginx } = world();
    nginx.pause();
    try {
      const base = `https://127.0.0.1:${nginx.ports.tls}/open`;
      const said = await allFail(host(), "timeout", base, { connect_timeout: 0.3, read_timeout: 3 });
      assert.match(said, /within 0\.3 s \(connect_timeout\)/);
    } finally {
      nginx.resume();
    }
    await allWell(host(), at("open"));
  });

  it("persist_connections: one connection serves several runs", async () => {
    const { nginx } = world();
    for (const [persist, most] of [[true, 1], [false, 3]] as const) {
      await nginx.logged();
      for (let run = 0; run < 3; run++) await check(host(), "inference", at("open"), { persist_connections: persist });
      assert.equal(new Set((await nginx.logged()).map((one) => one.connection)).size, most);
    }
  });

  it("max_concurrency: a server that takes one request at a time", async () => {
    const slow = world().emulator.faults.add({ endpoint: "management", delayMs: 20 });
    const gentle = await check(host(), "management", at("one"), { max_concurrency: 1 });
    const greedy = await check(host(), "management", at("one"), { max_concurrency: 16 });
    slow();
    assert.equal(gentle.status, "ok");
    assert.equal(greedy.status, "partial");
    assert.match(greedy.warnings[0]?.message ?? "", /503/);
  });

  it("max_response_bytes: a file that is larger", async () => {
    const { error } = await check(host(), "openmetrics", at("large"), { max_response_bytes: 1_000_000 });
    assert.deepEqual([error?.code, /has 1200000 bytes/.test(error?.message ?? "")], ["limit", true]);
    const whole = await check(host(), "openmetrics", at("large"));
    assert.deepEqual([whole.status, whole.stats.bytes], ["partial", 1_200_000]);
  });

  it("request_size: any is fine", async () => {
    await allWell(host(), at("open"), { request_size: 1 });
  });

  it("log_requests: each request is told, without its credentials", async () => {
    const before = host().notifications.length;
    await allWell(host(), at("basic").replace("//", `//${USER}:${encodeURIComponent(PASSWORD)}@`), {
      log_requests: true,
    });
    const lines = JSON.stringify(host().notifications.slice(before));
    assert.match(lines, /Sending GET request to http:\/\/127\.0\.0\.1:\d+\/basic\/ping/);
    assert.doesNotMatch(lines, /alice/);
  });
}
