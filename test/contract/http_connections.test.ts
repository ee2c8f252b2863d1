import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import net from "node:net";
import process from "node:process";
import { describe, it } from "node:test";
import { HttpShared } from "../../plugin/http/mod.ts";
import { httpClient, type WrittenOptions } from "../support/http_client.ts";
import { httpServer, httpsServer, rawServer, tlsPath } from "./http_servers.ts";

const lanes: readonly { readonly name: string; readonly options: WrittenOptions }[] = [
  ...process.versions.bun === undefined ? [] : [{ name: "fetch", options: {} }],
  { name: "node", options: { connect_timeout: 9.5 } },
];

interface Counts {
  readonly connections: number;
  readonly resets: number;
  readonly requests: number;
}

/** A server in another process, and what it saw, its own connection for the question not counted. */
async function countingServer(host: string) {
  const script = new URL("./http_counting_server.ts", import.meta.url).pathname;
  const runner = process.versions.bun === undefined ? ["run", "-A", "--no-check", script] : [script];
  const child = spawn(process.execPath, [...runner, host], { stdio: ["pipe", "pipe", "inherit"] });
  const port = await new Promise<number>((resolve) => child.stdout.once("data", (text) => resolve(Number(`${text}`))));
  return {
    port,
    async counts(): Promise<Counts> {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const { connections, ...counts } = JSON.parse(await ask(`http://127.0.0.1:${port}/counts`, {})) as Counts;
      return { connections: connections - 1, ...counts };
    },
    close: () => child.stdin.end(),
  };
}

async function ask(url: string, options: WrittenOptions, shared?: HttpShared, requests = 1): Promise<string> {
  const client = await httpClient(options, { deadlineMs: performance.now() + 60_000 }, shared);
  try {
    let text = "";
    for (let left = requests; left > 0; left--) text = (await client.request({ url, more: left > 1 })).text();
    return text;
  } finally {
    await client.close();
  }
}

/** No reset, and no connection but those that carry requests; Deno frees one too late for the request that follows at once. */
function assertSeen({ connections, resets, requests }: Counts, expected: { runs: number; requests: number }): void {
  assert.deepEqual({ resets, requests }, { resets: 0, requests: expected.requests });
  if (process.versions.bun !== undefined) assert.equal(connections, expected.runs);
  else assert.ok(connections <= requests, `${connections} connections for ${requests} requests`);
}

for (const { name, options } of lanes) {
  describe(`connections of the ${name} transport`, () => {
    for (const [host, name] of [["127.0.0.1", "IPv4 only"], ["0.0.0.0", "every IPv4"], ["::", "IPv6 and IPv4"]]) {
      it(`to localhost, a server on ${name}: one for each run, no reset`, async () => {
        const server = await countingServer(String(host));
        try {
          for (let run = 0; run < 5; run++) await ask(`http://localhost:${server.port}/`, options, undefined, 2);
          assertSeen(await server.counts(), { runs: 5, requests: 10 });
        } finally {
          server.close();
        }
      });
    }

    it("to localhost, a server on IPv6 only: reached, and remembered by who shares it", async () => {
      const server = await httpServer((request, response) => response.end(request.headers.host), "::1")
        .catch(() => undefined);
      // A machine without IPv6.
      if (server === undefined) return;
      const shared = new HttpShared();
      for (let run = 0; run < 2; run++) {
        assert.equal(await ask(`http://localhost:${server.port}/`, options, shared), `localhost:${server.port}`);
      }
      assert.equal(shared.servers.addresses.known("localhost")?.list[0], "::1");
      server.close();
    });

    it("to a name: Host and TLS have the name, unless a Host header is configured", async () => {
      const server = await httpsServer("server", (request, response) => {
        const { servername } = request.socket as unknown as { servername: unknown };
        response.end(`${request.headers.host} ${servername}`);
      });
      const url = `https://localhost:${server.port}/`;
      const ca = { ...options, tls_ca_cert: tlsPath("ca.crt") };
      assert.equal(await ask(url, ca), `localhost:${server.port} localhost`);
      assert.equal(await ask(url, { ...ca, extra_headers: { host: "a.test" } }), "a.test localhost");
      server.close();
      const other = await httpsServer("other", (_, response) => response.end("no"));
      await assert.rejects(ask(`https://localhost:${other.port}/`, ca), /is for another name/);
      other.close();
    });

    it("end with the run, without a reset", async () => {
      const server = await countingServer("127.0.0.1");
      try {
        await ask(`http://127.0.0.1:${server.port}/`, options, undefined, 3);
        assertSeen(await server.counts(), { runs: 1, requests: 3 });
      } finally {
        server.close();
      }
    });

    for (const end of ["end", "resetAndDestroy"] as const) {
      for (const method of ["GET", "POST"] as const) {
        it(`a ${method} to be sent once is, though its idle connection closes (${end})`, async () => {
          let requests = 0;
          const server = await rawServer((socket) =>
            socket.on("data", (bytes) => {
              if (`${bytes}`.includes(" /first ")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
              else {
                requests++;
                socket[end]();
              }
            })
          );
          const client = await httpClient(options, { deadlineMs: performance.now() + 60_000 });
          await client.request({ url: `${server.origin}/first`, more: true });
          const once = method === "GET" ? { once: true } : {};
          for (const more of [true, false]) {
            requests = 0;
            await assert.rejects(client.request({ url: `${server.origin}/token`, method, more, ...once }), {
              code: "connect",
              failure: "no_response",
            });
            assert.equal(requests, 1);
          }
          await client.close();
          server.close();
        });
      }
    }
  });
}

describe("the addresses of a name", () => {
  const exchange = { deadlineMs: performance.now() + 60_000 };

  it("are tried one after the other: one that drops what is sent costs a share of connect_timeout", async () => {
    const server = await httpServer((_, response) => response.end("hi"));
    // 240.0.0.0/4 is reserved: the system refuses at once, or nothing comes back.
    const shared = new HttpShared(() => Promise.resolve(["240.0.0.1", "127.0.0.1"]));
    for (const { options } of lanes) {
      const client = await httpClient({ ...options, timeout: 2 }, exchange, shared);
      assert.equal((await client.request({ url: `http://two.test:${server.port}/` })).text(), "hi");
      await client.close();
    }
    assert.equal(shared.servers.addresses.known("two.test")?.list[0], "127.0.0.1");
    server.close();
  });

  it("refused by all of them: connect, and the name is looked up anew", async () => {
    const closed = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => closed.once("listening", resolve));
    const address = closed.address();
    const port = typeof address === "object" ? address?.port : 0;
    await new Promise((resolve) => closed.close(resolve));
    const shared = new HttpShared(() => Promise.resolve(["127.0.0.1", "127.0.0.2"]));
    for (const { options } of lanes) {
      const client = await httpClient(options, exchange, shared);
      await assert.rejects(client.request({ url: `http://two.test:${port}/` }), {
        code: "connect",
        failure: "refused",
      });
      await client.close();
      assert.equal(shared.servers.addresses.known("two.test"), undefined);
    }
  });
});
