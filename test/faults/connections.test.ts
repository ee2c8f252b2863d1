import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Report } from "../../plugin/report/report.ts";
import { BINARY, PLUGINS } from "../support/plugin_process.ts";
import { CODING_FAULTS } from "./body_faults.ts";
import { forgetPeak, Host, peakMiB } from "./host.ts";
import { type Fault, FLOOD_FAULTS } from "./http_faults.ts";
import { goodBody, instanceOf, KINDS } from "./kinds.ts";
import {
  answer,
  type Asked,
  closedPort,
  httpServer,
  httpsServer,
  rawHttpServer,
  rawServer,
  type TestServer,
  tlsPath,
} from "./servers.ts";

const TIMEOUT_MS = 1_000;
const CA = { tls_ca_cert: tlsPath("ca.crt") };

for (const plugin of PLUGINS) {
  describe(`${plugin.name}, when the connection`, () => {
    const servers: TestServer[] = [];
    let host: Host;
    const started = async (server: Promise<TestServer>): Promise<TestServer> => {
      servers.push(await server);
      return await server;
    };
    before(() => {
      host = new Host(plugin);
    });
    after(async () => {
      for (const server of servers) server.close();
      assert.deepEqual(await host.finish(), { status: 0, signal: null });
      assert.equal(host.stderr, "");
    });
    const each = async (base: string, options: object, look: (report: Report) => void) => {
      await Promise.all(KINDS.map(async (kind) => {
        const { report, ms } = await host.timedRun({
          instance: { ...instanceOf(kind, base), ...options },
          timeout_ms: TIMEOUT_MS,
        });
        assert.ok(ms < TIMEOUT_MS + 15_000, `${kind} took ${ms} ms`);
        look(report);
      }));
    };
    const fails = (base: string, code: string, options: object = {}) =>
      each(base, options, ({ error }) => assert.equal(error?.code, code, error?.message));

    it("is refused: connect", async () => {
      await fails(`http://127.0.0.1:${await closedPort()}`, "connect");
      await fails(`https://127.0.0.1:${await closedPort()}`, "connect");
    });

    it("is silent: timeout, with TLS as well", async () => {
      const { port } = await started(rawServer((socket) => socket.resume()));
      await fails(`http://127.0.0.1:${port}`, "timeout");
      await fails(`https://127.0.0.1:${port}`, "timeout");
    });

    it("has TLS that does not fit: tls", async () => {
      const good = (request: { url?: string | undefined }, response: { end(text: string): void }) =>
        response.end(goodBody(request.url ?? ""));
      const server = await started(httpsServer("server", good));
      await each(server.origin, CA, ({ status }) => assert.equal(status, "ok"));
      await fails(server.origin, "tls");
      await fails(server.origin.replace("https", "http"), "tls");
      await fails((await started(httpsServer("other", good))).origin, "tls", CA);
      await fails((await started(httpsServer("expired", good))).origin, "tls", CA);
      const old = await started(httpsServer("server", good, { maxVersion: "TLSv1.2" }));
      await fails(old.origin, "tls", { ...CA, tls_protocols_allowed: ["TLSv1.3"] });
      const plain = await started(httpServer(good));
      await fails(plain.origin.replace("http", "https"), "tls");
    });

    it("breaks off in the TLS handshake: connect, http or tls", async () => {
      for (const bytes of ["", "\x15\x03\x03\0\x02\x02\x28", "\x16\x03\x03\xff\xff", "220 mail.test ESMTP\r\n"]) {
        const server = await started(rawServer((socket) => socket.once("data", () => socket.end(bytes, "latin1"))));
        await each(
          server.origin.replace("http", "https"),
          {},
          ({ error }) => assert.match(error?.code ?? "", /^(connect|http|tls)$/),
        );
      }
    });

    it("is redirected to another origin: credentials stay behind", async () => {
      const headers: string[] = [];
      const far = await started(rawHttpServer((socket, { target, header }: Asked) => {
        headers.push(header);
        socket.end(answer(200, goodBody(target)));
      }));
      const near = await started(rawHttpServer((socket, { target }) => {
        socket.end(answer("307 There", "", { Location: `${far.origin}${target}`, "Set-Cookie": "session=near" }));
      }));
      const options = {
        username: "user",
        password: "cAnArY",
        extra_headers: { "X-Key": "cAnArY", Cookie: "a=cAnArY" },
      };
      await each(near.origin, options, ({ status }) => assert.equal(status, "ok"));
      assert.ok(headers.length >= 3);
      assert.doesNotMatch(headers.join("\n"), /cAnArY|authorization|cookie|x-key/i);
    });
  });
}

describe("binary, with the default bound of 64 MiB", () => {
  const faults: Readonly<Record<string, Fault>> = { ...FLOOD_FAULTS, ...CODING_FAULTS };
  for (
    const name of [
      "sends an endless body",
      "sends a gzip bomb",
      "sends a deflate bomb",
      "sends a br bomb",
      "sends a zstd bomb",
    ]
  ) {
    it(`${name}: limit, in bounded memory, over either transport`, async () => {
      const server = await rawHttpServer((socket, asked) => faults[name]?.serve(socket, asked));
      const host = new Host(BINARY);
      for (const transport of [{}, { connect_timeout: 9.5 }]) {
        await host.ask("initialize", { protocol_version: 1 });
        await forgetPeak(host.pid);
        const report = await host.run({ instance: { ...instanceOf("openmetrics", server.origin), ...transport } });
        assert.equal(report.error?.code, "limit");
        assert.ok(peakMiB(host.pid) < 350, `${peakMiB(host.pid)} MiB`);
      }
      await host.finish();
      server.close();
    });
  }
});
