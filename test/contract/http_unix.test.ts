import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { validateInstance } from "../../plugin/config/mod.ts";
import type { HttpResponse } from "../../plugin/http/mod.ts";
import { runCheck } from "../../plugin/run/mod.ts";
import { httpClient, type WrittenOptions } from "../support/http_client.ts";
import { httpServer, type TestServer, until } from "./http_servers.ts";

const lanes: readonly { readonly name: string; readonly options: WrittenOptions }[] = [
  ...process.versions.bun === undefined ? [] : [{ name: "fetch", options: {} }],
  { name: "node", options: { connect_timeout: 9.5 } },
];

for (const { name, options: lane } of lanes) {
  describe(`HTTP over a Unix socket, options of the ${name} transport`, () => {
    const folder = mkdtempSync(join(tmpdir(), "http unix "));
    const path = join(folder, "ts.sock");
    const base = `unix://${encodeURIComponent(path)}`;
    const open = new Set<unknown>();
    let opened = 0;
    let server: http.Server;
    let elsewhere: TestServer;

    before(async () => {
      elsewhere = await httpServer((request, response) => {
        if (request.url === "/to-socket") response.writeHead(302, { Location: `${base}/ping` }).end();
        else response.end(JSON.stringify(request.headers));
      });
      server = http.createServer((request, response) => {
        const places: Record<string, string> = {
          "/near": "/ping?near=1",
          "/away": `${elsewhere.origin}/`,
          "/other": "unix://%2Fother.sock/ping",
          "/host": "//other/ping",
        };
        const place = places[request.url ?? ""];
        if (place !== undefined) response.writeHead(307, { Location: place, "Set-Cookie": "a=b" }).end();
        else response.end(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
      });
      server.on("connection", (socket) => {
        opened++;
        open.add(socket);
        socket.on("close", () => open.delete(socket));
      });
      await new Promise<void>((resolve) => server.listen(path, resolve));
    });
    after(() => {
      server.close();
      elsewhere.close();
      rmSync(folder, { recursive: true });
    });

    async function get(url: string, options: WrittenOptions = {}): Promise<HttpResponse> {
      const client = await httpClient({ ...lane, ...options }, { deadlineMs: performance.now() + 60_000 });
      try {
        return await client.request({ url });
      } finally {
        await client.close();
      }
    }

    it("asks for the path behind the socket's, which is percent-encoded", async () => {
      const response = await get(`${base}/ping?x=a%20b`);
      assert.match(response.text(), /^GET \/ping\?x=a%20b .*"host":"localhost"/);
      assert.equal(response.url, `${base}/ping?x=a%20b`);
      assert.match((await get(base)).text(), /^GET \/ /);
    });

    it("takes a plain path as well, up to .sock, as the Agent does", async () => {
      assert.match((await get(`unix://${path}/ping`)).text(), /^GET \/ping /);
      assert.match((await get(`unix://${path}`)).text(), /^GET \/ /);
    });

    it("is where an instance may be", async () => {
      for (const url of [base, `unix://${path}`]) {
        const result = await validateInstance({ inference_api_url: url, ...lane }, {});
        // A plain path with blanks is a mistake more often than not.
        if (!result.ok) {
          assert.ok(path.includes(" ") && url !== base);
          continue;
        }
        const { config, issues } = result;
        const { status, service_checks } = await runCheck({ config, issues, hostStartSeconds: 0 });
        assert.equal(status, "ok");
        assert.deepEqual(
          service_checks.map(({ status, tags }) => [status, tags.includes(`inference_api_url:${url}`)]),
          [
            [0, true],
          ],
        );
      }
      for (const url of ["unix://host/ping", "unix:/run/ts.sock", "unix:///run/none", "/run/ts.sock"]) {
        const result = await validateInstance({ inference_api_url: url }, {});
        assert.ok(!result.ok && /names no Unix socket/.test(result.issues[0]?.message ?? ""), url);
      }
    });

    it("goes through no proxy", async () => {
      const response = await get(`${base}/ping`, {
        proxy: { http: "http://127.0.0.1:1", https: "http://127.0.0.1:1" },
      });
      assert.match(response.text(), /^GET \/ping /);
    });

    it("sends credentials and headers, one connection for a run, closed at its end", async () => {
      const before = opened;
      const options = { ...lane, username: "u", password: "p", extra_headers: { "X-Key": "k" } };
      const client = await httpClient(options, { deadlineMs: performance.now() + 60_000 });
      for (let i = 0; i < 3; i++) {
        const text = (await client.request({ url: `${base}/ping`, more: i < 2 })).text();
        assert.ok(text.includes(`"authorization":"Basic ${btoa("u:p")}"`) && text.includes(`"x-key":"k"`), text);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await client.close();
      assert.equal(opened - before, 1);
      assert.ok(await until(() => open.size === 0));
    });

    it("follows redirects at the same socket with credentials, and away from it without", async () => {
      const options = { username: "u", password: "p", extra_headers: { "X-Key": "k" } };
      const near = await get(`${base}/near`, options);
      assert.equal(near.url, `${base}/ping?near=1`);
      assert.match(near.text(), /"authorization":"Basic/);
      const away = await get(`${base}/away`, options);
      assert.equal(away.url, `${elsewhere.origin}/`);
      assert.doesNotMatch(away.text(), /authorization|x-key|cookie/);
    });

    it("is never where a redirect from elsewhere leads", async () => {
      for (const url of [`${base}/other`, `${base}/host`, `${elsewhere.origin}/to-socket`]) {
        await assert.rejects(get(url), { code: "http", message: /not an HTTP address/ });
      }
    });

    it("says where there is no socket, or nobody behind it", async () => {
      await assert.rejects(get(`unix://${encodeURIComponent(join(folder, "none"))}/ping`), {
        code: "connect",
        message: /ENOENT/,
        hint: /socket file does not exist/,
      });
      for (const url of ["unix://host/ping", "unix:///run/none/ping", "unix:ping", "unix://u:sesame@%2Fa/"]) {
        await assert.rejects(get(url), (error: Error & { code?: string }) => {
          assert.equal(error.code, "config");
          assert.doesNotMatch(error.message, /sesame/);
          return true;
        });
      }
    });
  });
}
