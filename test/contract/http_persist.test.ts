import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { HttpShared } from "../../plugin/http/mod.ts";
import { httpClient, type WrittenOptions } from "../support/http_client.ts";
import { httpServer, type TestServer, until } from "./http_servers.ts";

describe("persist_connections", () => {
  let server: TestServer;
  let shared = new HttpShared();
  before(async () => {
    server = await httpServer((request, response) => {
      if (request.url === "/slow") return;
      response.setHeader("Set-Cookie", `seen=${request.url?.slice(1)}; Path=/`);
      response.end(request.headers.cookie ?? "none");
    });
  });
  afterEach(() => {
    shared.close();
    shared = new HttpShared();
  });
  after(() => server.close());

  async function run(options: WrittenOptions, path: string): Promise<string> {
    const client = await httpClient(options, { deadlineMs: performance.now() + 5000 }, shared);
    const response = await client.request({ url: `${server.origin}/${path}` });
    await client.close();
    return response.text();
  }

  it("keeps connection and cookies from run to run", async () => {
    const before = server.opened();
    const options = { persist_connections: true };
    assert.equal(await run(options, "a"), "none");
    assert.equal(await run(options, "b"), "seen=a");
    assert.equal(server.opened() - before, 1);
    shared.close();
    assert.ok(await until(() => server.open() === 0));
  });

  it("keeps nothing for other options, nor without it", async () => {
    const before = server.opened();
    assert.equal(await run({ persist_connections: true, timeout: 4 }, "a"), "none");
    assert.equal(await run({ persist_connections: true, timeout: 5 }, "b"), "none");
    assert.equal(await run({}, "c"), "none");
    assert.equal(await run({}, "d"), "none");
    assert.equal(server.opened() - before, 4);
  });

  it("keeps nothing for others, nor where nobody holds what is shared", async () => {
    const before = server.opened();
    const options = { persist_connections: true };
    assert.equal(await run(options, "a"), "none");
    const first = shared;
    shared = new HttpShared();
    assert.equal(await run(options, "b"), "none");
    first.close();
    const alone = await httpClient(options, { deadlineMs: performance.now() + 5000 });
    assert.equal((await alone.request({ url: `${server.origin}/c` })).text(), "none");
    await alone.close();
    assert.equal(server.opened() - before, 3);
    shared.close();
    assert.ok(await until(() => server.open() === 0));
  });

  it("closes what a cancelled run has used", async () => {
    const controller = new AbortController();
    const run = { deadlineMs: performance.now() + 5000, signal: controller.signal };
    const client = await httpClient({ persist_connections: true }, run, shared);
    await client.request({ url: `${server.origin}/a` });
    const slow = client.request({ url: `${server.origin}/slow` }).catch(() => "ended");
    const fast = client.request({ url: `${server.origin}/b` });
    await fast;
    controller.abort();
    assert.equal(await slow, "ended");
    client.close();
    assert.ok(await until(() => server.open() === 0), `${server.open()} are open`);
  });
});
