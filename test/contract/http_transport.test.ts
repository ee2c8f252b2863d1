import assert from "node:assert/strict";
import process from "node:process";
import { Buffer } from "node:buffer";
import zlib from "node:zlib";
import { after, before, describe, it } from "node:test";
import { HttpError, type HttpResponse } from "../../plugin/http/mod.ts";
import { httpClient, type WrittenOptions } from "../support/http_client.ts";
import {
  answering,
  httpServer,
  httpsServer,
  rawServer,
  resetting,
  type TestServer,
  tlsPath,
  until,
} from "./http_servers.ts";

/** Options that make `chooseTransport` take one transport or the other. */
const lanes: readonly { readonly name: string; readonly options: WrittenOptions }[] = [
  // Deno always takes the node transport.
  ...process.versions.bun === undefined ? [] : [{ name: "fetch", options: {} }],
  { name: "node", options: { connect_timeout: 9.5 } },
];

const far = () => performance.now() + 60_000;

for (const { name, options: lane } of lanes) {
  describe(`the ${name} transport`, () => {
    const servers: TestServer[] = [];
    let echo: TestServer;

    async function started(server: Promise<TestServer>): Promise<TestServer> {
      servers.push(await server);
      return await server;
    }
    async function get(url: string, options: WrittenOptions = {}, deadlineMs = far()): Promise<HttpResponse> {
      const client = await httpClient({ ...lane, ...options }, { deadlineMs });
      try {
        return await client.request({ url });
      } finally {
        await client.close();
      }
    }
    async function failure(url: string, options: WrittenOptions = {}, deadlineMs = far()): Promise<HttpError> {
      try {
        await get(url, options, deadlineMs);
      } catch (error) {
        assert.ok(error instanceof HttpError, String(error));
        return error;
      }
      assert.fail(`${url} answered`);
    }

    before(async () => {
      echo = await started(httpServer((request, response, body) => {
        response.setHeader("X-Seen", "yes");
        response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
      }));
    });
    after(() => {
      for (const server of servers) server.close();
    });

    describe("requests", () => {
      it("reads status, lower-case headers, body and text", async () => {
        const response = await get(`${echo.origin}/a?b=c`);
        assert.equal(response.status, 200);
        assert.equal(response.statusText, "OK");
        assert.equal(response.headers["x-seen"], "yes");
        assert.equal(response.url, `${echo.origin}/a?b=c`);
        assert.equal(JSON.parse(response.text()).url, "/a?b=c");
        assert.equal(new TextDecoder().decode(response.body), response.text());
      });

      it("sends the default headers", async () => {
        const { headers } = JSON.parse((await get(echo.origin)).text());
        assert.match(headers["user-agent"], /^torchserve-check\//);
        assert.equal(headers.accept, "*/*");
        assert.equal(headers["accept-encoding"], "gzip, deflate, br, zstd");
        assert.equal(headers.host, echo.origin.slice("http://".length));
      });

      it("lets headers replace the defaults and extra_headers add to them, both stronger than the check's", async () => {
        const client = await httpClient(
          { ...lane, headers: { "X-One": 1 }, extra_headers: { accept: "text/plain", Host: "other.test" } },
          { deadlineMs: far() },
        );
        const response = await client.request({ url: echo.origin, headers: { Accept: "a/b", "X-Check": "c" } });
        client.close();
        const { headers } = JSON.parse(response.text());
        assert.equal(headers["x-one"], "1");
        assert.equal(headers["x-check"], "c");
        assert.equal(headers.accept, "text/plain");
        assert.equal(headers.host, "other.test");
        assert.doesNotMatch(headers["user-agent"] ?? "", /torchserve-check/);
      });

      it("sends header values as Latin-1", async () => {
        const { headers } = JSON.parse((await get(echo.origin, { extra_headers: { "X-Name": "ü" } })).text());
        assert.equal(headers["x-name"], "ü");
      });

      it("sends methods and bodies", async () => {
        const client = await httpClient(lane, { deadlineMs: far() });
        for (const method of ["POST", "PUT", "DELETE"] as const) {
          const response = await client.request({ url: echo.origin, method, body: "hellö" });
          const seen = JSON.parse(response.text());
          assert.deepEqual([seen.method, seen.body], [method, "hellö"]);
        }
        client.close();
      });

      it("resolves with any status", async () => {
        const server = await started(httpServer((request, response) => {
          response.statusCode = Number(request.url?.slice(1));
          response.end("body");
        }));
        for (const status of [201, 204, 304, 400, 401, 404, 500, 503]) {
          assert.equal((await get(`${server.origin}/${status}`)).status, status);
        }
      });

      it("sends user info as basic credentials, decoded, and shows it nowhere", async () => {
        const response = await get(echo.origin.replace("//", "//us%40er:p%C3%A4ss@") + "/x");
        const { headers } = JSON.parse(response.text());
        assert.equal(headers.authorization, `Basic ${Buffer.from("us@er:päss", "latin1").toString("base64")}`);
        assert.equal(response.url, `${echo.origin}/x`);
      });

      it("sends username and password as basic credentials in the encoding asked for", async () => {
        for (const [legacy, encoding] of [[true, "latin1"], [false, "utf8"]] as const) {
          const options = { username: "ü", password: "p:w", use_legacy_auth_encoding: legacy };
          const { headers } = JSON.parse((await get(echo.origin, options)).text());
          assert.equal(headers.authorization, `Basic ${Buffer.from("ü:p:w", encoding).toString("base64")}`);
        }
      });

      it("counts requests and decompressed bytes", async () => {
        const server = await started(httpServer((_, response) => {
          response.setHeader("Content-Encoding", "gzip");
          response.end(zlib.gzipSync("x".repeat(1000)));
        }));
        const client = await httpClient(lane, { deadlineMs: far() });
        for (let i = 0; i < 3; i++) await client.request({ url: server.origin });
        client.close();
        assert.deepEqual(client.stats, { requests: 3, bytes: 3000 });
      });

      it("reaches localhost whichever address it has", async () => {
        assert.equal((await get(`http://localhost:${echo.port}/`)).status, 200);
      });
    });

    describe("content codings", () => {
      const text = "some text ".repeat(500);
      const codings: Record<string, (text: string) => Uint8Array> = {
        gzip: (text) => zlib.gzipSync(text),
        deflate: (text) => zlib.deflateSync(text),
        "deflate ": (text) => zlib.deflateRawSync(text),
        br: (text) => zlib.brotliCompressSync(text),
        zstd: (text) => zlib.zstdCompressSync(text),
        "gzip, br": (text) => zlib.brotliCompressSync(zlib.gzipSync(text)),
        identity: (text) => Buffer.from(text),
      };
      for (const [coding, encode] of Object.entries(codings)) {
        it(`decodes ${JSON.stringify(coding)}`, async () => {
          const server = await started(httpServer((_, response) => {
            response.setHeader("Content-Encoding", coding.trim());
            response.end(encode(text));
          }));
          assert.equal((await get(server.origin)).text(), text);
        });
      }

      for (const coding of ["gzip", "br", "zstd"]) {
        it(`stops a bomb of ${coding} at the bound`, async () => {
          const bomb = codings[coding]?.("\0".repeat(3_000_000));
          const server = await started(httpServer((_, response) => {
            response.setHeader("Content-Encoding", coding);
            response.end(bomb);
          }));
          const error = await failure(server.origin, { max_response_bytes: 100_000 });
          assert.equal(error.code, "limit");
          assert.match(error.message, /at least \d+ bytes after decompression; max_response_bytes allows 100000/);
        });
      }

      for (const coding of ["utf-8", "UTF-8", "none", "x-new", "utf-8, gzip", "gzip, utf-8", "charset=utf-8"]) {
        it(`reads a body in the unknown coding ${JSON.stringify(coding)} as it is, and says so once`, async () => {
          const server = await started(httpServer((_, response) => {
            response.setHeader("Content-Encoding", coding);
            response.end(coding.includes("gzip") ? zlib.gzipSync(text) : text);
          }));
          const said: string[] = [];
          const client = await httpClient(lane, {
            deadlineMs: far(),
            warn: (code, message) => said.push(`${code} ${message}`),
          });
          for (let i = 0; i < 3; i++) assert.equal((await client.request({ url: server.origin })).text(), text);
          client.close();
          const unknown = coding.toLowerCase().replace(/, gzip|gzip, /, "");
          assert.deepEqual(said, [
            `http ${server.origin}/ says that its body is in the content coding "${unknown}", which is not known: ` +
            "it is read as it is",
          ]);
        });
      }

      for (const coding of ["", "identity", " , identity"]) {
        it(`reads a body without coding (${JSON.stringify(coding)}) and says nothing`, async () => {
          const server = await started(httpServer((_, response) => {
            response.setHeader("Content-Encoding", coding);
            response.end(text);
          }));
          const client = await httpClient(lane, {
            deadlineMs: far(),
            warn: (_, message) => assert.fail(message),
          });
          assert.equal((await client.request({ url: server.origin })).text(), text);
          client.close();
        });
      }

      it("reports broken and short codings, and too many of them, as http", async () => {
        const whole = zlib.gzipSync(text);
        for (
          const [coding, body] of [["gzip", "hi"], ["gzip", whole.subarray(0, 40)], [
            "gzip, ".repeat(100),
            "hi",
          ]] as const
        ) {
          const server = await started(httpServer((_, response) => {
            response.setHeader("Content-Encoding", coding);
            response.end(body);
          }));
          assert.equal((await failure(server.origin)).code, "http");
        }
      });
    });

    describe("what a server says of itself", () => {
      it("is on one line and short: the reason phrase of a response", async () => {
        const long = `Not\u0085OK \x1b[2J${"x".repeat(5_000)}`;
        const server = await started(rawServer(answering(`HTTP/1.1 200 ${long}\r\nContent-Length: 2\r\n\r\nhi`)));
        const { statusText } = await get(server.origin).catch((error) => {
          // A transport may well refuse it.
          assert.ok(error instanceof HttpError);
          return { statusText: "" };
        });
        assert.ok(statusText.length <= 200);
        // deno-lint-ignore no-control-regex
        assert.doesNotMatch(statusText, /[\x00-\x1f\x7f-\x9f]/);
      });

      it("does not make a message longer: an address that it redirects to", async () => {
        const server = await started(httpsServer("server", (request, response) => {
          const length = Number(request.url?.slice(1));
          response.writeHead(302, { Location: `${echo.origin}/${"x".repeat(length)}` }).end();
        }));
        const options = { tls_ca_cert: tlsPath("ca.crt"), username: "u", password: "p" };
        const refused = await failure(`${server.origin}/5000`, options);
        assert.match(refused.message, /not encrypted/);
        assert.ok(refused.message.length < 500, refused.message);
        assert.match((await failure(`${server.origin}/17000`, options)).code, /^(limit|http)$/);
      });

      it("in a refusal ends after 64 KiB, without secrets however often it repeats them", async () => {
        const password = "p".repeat(12);
        const server = await started(httpServer((_, response) => {
          response.writeHead(403).end("p".repeat(20_000_000));
        }));
        const refusal = await get(server.origin, { username: "u", password });
        assert.equal(refusal.text(), "***");
        const long = await get(server.origin);
        assert.equal(long.body.length, 65_536);
      });
    });

    describe("redirects", () => {
      it("follows relative ones and keeps credentials within the origin", async () => {
        const server = await started(httpServer((request, response) => {
          if (request.url === "/a/b") response.writeHead(302, { Location: "../c?d#e" }).end();
          else response.end(`${request.url} ${request.headers.authorization} ${request.headers["x-api-key"]}`);
        }));
        const options = { username: "u", password: "p", extra_headers: { "X-Api-Key": "k" } };
        const response = await get(`${server.origin}/a/b`, options);
        assert.equal(response.text(), "/c?d Basic dTpw k");
        assert.equal(response.url, `${server.origin}/c?d`);
      });

      it("shows no cookie of the run that a refusal echoes", async () => {
        const server = await started(httpServer((request, response) => {
          if (request.url !== "/") response.writeHead(403).end(`who is ${request.headers.cookie}?`);
          else response.writeHead(302, { Location: "/in", "Set-Cookie": "session=open-sesame" }).end();
        }));
        const refusal = await get(server.origin, name === "node" ? { connect_timeout: 5 } : {});
        assert.deepEqual([refusal.status, refusal.text()], [403, "who is ***?"]);
      });

      it("leaves credentials and the user's headers behind when the origin changes", async () => {
        const server = await started(httpServer((_, response) => {
          response.writeHead(307, { Location: `${echo.origin}/next`, "Set-Cookie": "a=b; Path=/deep" }).end();
        }));
        const options = {
          username: "u",
          password: "p",
          extra_headers: { "X-Api-Key": "k", Cookie: "c=d", "User-Agent": "me", Host: "a.test" },
        };
        const { headers } = JSON.parse((await get(server.origin, options)).text());
        assert.deepEqual([headers.authorization, headers["x-api-key"], headers.cookie], [
          undefined,
          undefined,
          undefined,
        ]);
        assert.equal(headers["user-agent"], "me");
        assert.equal(headers.host, echo.origin.slice("http://".length));
      });

      it("makes a GET of a POST after 301, 302 and 303, not after 307 and 308", async () => {
        const server = await started(httpServer((request, response) => {
          response.writeHead(Number(request.url?.slice(1)), { Location: `${echo.origin}/` }).end();
        }));
        const client = await httpClient(lane, { deadlineMs: far() });
        for (
          const [status, method, body] of [[301, "GET", ""], [302, "GET", ""], [303, "GET", ""], [307, "POST", "x"], [
            308,
            "POST",
            "x",
          ]]
        ) {
          const response = await client.request({ url: `${server.origin}/${status}`, method: "POST", body: "x" });
          const seen = JSON.parse(response.text());
          assert.deepEqual([status, seen.method, seen.body], [status, method, body]);
        }
        client.close();
      });

      it("returns the redirect itself with allow_redirects: false", async () => {
        const server = await started(
          httpServer((_, response) => response.writeHead(302, { Location: "/x" }).end("here")),
        );
        const response = await get(server.origin, { allow_redirects: false });
        assert.deepEqual([response.status, response.text()], [302, "here"]);
      });

      it("gives up on a circle", async () => {
        const server = await started(httpServer((_, response) => response.writeHead(302, { Location: "/" }).end()));
        const error = await failure(server.origin);
        assert.deepEqual([error.code, /more than 20/.test(error.message)], ["limit", true]);
      });

      it("refuses to leave TLS with credentials, and does so without", async () => {
        const server = await started(httpsServer("server", (_, response) => {
          response.writeHead(302, { Location: `${echo.origin}/plain` }).end();
        }));
        const options = { tls_ca_cert: tlsPath("ca.crt") };
        const error = await failure(server.origin, { ...options, username: "u", password: "p" });
        assert.equal(error.code, "http");
        assert.match(error.message, /not encrypted/);
        assert.equal((await get(server.origin, options)).url, `${echo.origin}/plain`);
      });

      it("reports a location that is no HTTP address as http", async () => {
        const server = await started(httpServer((_, response) => {
          response.writeHead(302, { Location: "ftp://x/" }).end();
        }));
        assert.equal((await failure(server.origin)).code, "http");
      });
    });

    describe("timeouts", () => {
      it("ends a server that never answers", async () => {
        const server = await started(rawServer((socket) => socket.resume()));
        const error = await failure(server.origin, {
          timeout: 0.2,
          ...(name === "node" ? { connect_timeout: 5 } : {}),
        });
        assert.equal(error.code, "timeout");
        assert.match(error.message, /0\.2 s/);
      });

      it("ends a body that pauses too long, and lets one that only drips go on", async () => {
        const server = await started(httpServer((request, response) => {
          response.write("start");
          if (request.url === "/stop") return;
          let left = 4;
          const drip = setInterval(() => {
            if (left-- > 0) response.write(".");
            else {
              clearInterval(drip);
              response.end("end");
            }
          }, 80);
        }));
        const options = { timeout: 0.2, ...(name === "node" ? { connect_timeout: 5 } : {}) };
        const error = await failure(`${server.origin}/stop`, options);
        assert.equal(error.code, "timeout");
        assert.match(error.message, /sent nothing for 0\.2 s \(read_timeout\)/);
        assert.equal((await get(`${server.origin}/drip`, options)).text(), "start....end");
      });

      it("ends a body of known length that pauses too long, and lets a large one that only drips go on", async () => {
        const length = 40_000;
        const server = await started(httpServer((request, response) => {
          const isSmall = request.url === "/small";
          response.writeHead(200, { "Content-Length": isSmall ? 100 : length });
          response.write("start");
          if (request.url !== "/drip") return;
          let left = length - "start".length;
          const drip = setInterval(() => {
            const piece = "x".repeat(Math.min(left, 9_000));
            left -= piece.length;
            response.write(piece);
            if (left === 0) {
              clearInterval(drip);
              response.end();
            }
          }, 80);
        }));
        const options = { timeout: 0.2, ...(name === "node" ? { connect_timeout: 5 } : {}) };
        for (const path of ["small", "large"]) {
          const error = await failure(`${server.origin}/${path}`, options);
          assert.equal(error.code, "timeout");
          assert.match(error.message, /0\.2 s \(read_timeout\)/);
        }
        assert.equal((await get(`${server.origin}/drip`, options)).body.length, length);
      });

      it("ends headers that pause too long", async () => {
        const server = await started(
          rawServer((socket) => socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nA:"))),
        );
        const options = { timeout: 0.2, ...(name === "node" ? { connect_timeout: 5 } : {}) };
        assert.equal((await failure(server.origin, options)).code, "timeout");
      });

      it("ends everything at the run's deadline", async () => {
        const server = await started(httpServer((_, response) => {
          const drip = setInterval(() => response.write("."), 10);
          response.on("close", () => clearInterval(drip));
        }));
        const start = performance.now();
        const error = await failure(server.origin, {}, start + 150);
        assert.equal(error.code, "timeout");
        assert.match(error.message, /deadline/);
        assert.ok(performance.now() - start < 9_000);
        assert.ok(await until(() => server.open() === 0), `${server.open()} connections are open`);
      });

      it("refuses a request after the deadline", async () => {
        assert.equal((await failure(echo.origin, {}, performance.now() - 1)).code, "timeout");
      });

      it("ends a TLS handshake that never comes", async () => {
        const server = await started(rawServer((socket) => socket.resume(), "https"));
        const error = await failure(server.origin, { timeout: 0.2, connect_timeout: 0.2 });
        assert.equal(error.code, "timeout");
      });

      it("tells a connection that does not come about from a server that says nothing, for who asks", async () => {
        const options = { timeout: 0.2, connect_timeout: 0.2, ignore_connection_errors: true };
        const handshake = await started(rawServer((socket) => socket.resume(), "https"));
        assert.equal((await failure(handshake.origin, options)).failure, "connect_timeout");
        const patient = { timeout: 9, ignore_connection_errors: true };
        const { failure: byDeadline } = await failure(handshake.origin, patient, performance.now() + 200);
        assert.equal(byDeadline, "connect_timeout");
        const silent = await started(rawServer((socket) => socket.resume()));
        const error = await failure(silent.origin, options);
        assert.deepEqual([error.code, error.failure], ["timeout", "other"]);
      });
    });

    describe("cancelling", () => {
      it("ends what is in flight at once and leaves no connection open", async () => {
        let arrived = 0;
        const server = await started(httpServer((request, response) => {
          arrived++;
          if (request.url === "/fast") response.end("fast");
        }));
        const controller = new AbortController();
        const client = await httpClient(lane, { deadlineMs: far(), signal: controller.signal });
        const fast = Array.from({ length: 12 }, () => client.request({ url: `${server.origin}/fast` }));
        assert.equal((await Promise.all(fast)).length, 12);
        const slow = Array.from({ length: 20 }, () => client.request({ url: `${server.origin}/slow` }));
        const results = Promise.allSettled(slow);
        assert.ok(await until(() => arrived === 12 + 16), `${arrived} requests arrived`);
        const start = performance.now();
        controller.abort();
        assert.ok((await results).every((result) => result.status === "rejected"));
        assert.ok(performance.now() - start < 9_000);
        assert.ok(await until(() => server.open() === 0), `${server.open()} connections are open`);
        assert.equal(arrived, 12 + 16);
        client.close();
      });

      it("ends a connection that is being made", async () => {
        const server = await started(rawServer((socket) => socket.resume(), "https"));
        const controller = new AbortController();
        const client = await httpClient(lane, { deadlineMs: far(), signal: controller.signal });
        const result = client.request({ url: server.origin }).catch((error) => error);
        assert.ok(await until(() => server.open() === 1));
        controller.abort();
        assert.ok(await result instanceof HttpError);
        assert.ok(await until(() => server.open() === 0));
        client.close();
      });

      it("does nothing for a run that was cancelled before", async () => {
        const client = await httpClient(lane, { deadlineMs: far(), signal: AbortSignal.abort() });
        const opened = echo.opened();
        await assert.rejects(client.request({ url: echo.origin }), HttpError);
        assert.equal(echo.opened(), opened);
      });
    });

    describe("connections", () => {
      it("are reused within a run and closed at its end", async () => {
        const server = await started(httpServer((_, response) => response.end("ok")));
        const client = await httpClient(lane, { deadlineMs: far() });
        let left = 300;
        await Promise.all(Array.from({ length: 16 }, async () => {
          while (left-- > 0) await client.request({ url: server.origin, more: left >= 16 });
        }));
        assert.ok(server.opened() <= 16, `${server.opened()} connections were opened`);
        client.close();
        assert.ok(await until(() => server.open() === 0), `${server.open()} connections are open`);
      });

      it("are made anew when the server has closed an idle one", async () => {
        const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        let requests = 0;
        const server = await started(rawServer((socket) => {
          socket.once("data", () => {
            requests++;
            socket.write(ok);
            // The next request meets a connection that closes under it.
            socket.once("data", () => socket.resetAndDestroy());
          });
        }));
        const client = await httpClient(lane, { deadlineMs: far() });
        for (let i = 0; i < 8; i++) assert.equal((await client.request({ url: server.origin })).text(), "ok");
        assert.equal(requests, 8);
        client.close();
      });
    });

    describe("bounds", () => {
      it("stop a body that is declared too large before reading it", async () => {
        const server = await started(httpServer((_, response) => {
          response.writeHead(200, { "Content-Length": "5000" });
          response.write("x");
        }));
        const error = await failure(server.origin, { max_response_bytes: 1024 });
        assert.equal(error.code, "limit");
        assert.match(error.message, /has 5000 bytes; max_response_bytes allows 1024/);
      });

      it("stop a body that is too large for what the caller asks", async () => {
        const server = await started(httpServer((_, response) => response.end("x".repeat(5_000))));
        const client = await httpClient(lane, { deadlineMs: far() });
        await assert.rejects(client.request({ url: server.origin, maxBytes: 1_024 }), { failure: "too_large" });
        assert.equal((await client.request({ url: server.origin, maxBytes: 5_000 })).body.length, 5_000);
        client.close();
      });

      it("stop a body that never ends", async () => {
        const server = await started(httpServer((_, response) => {
          const more = () => {
            while (!response.destroyed && response.write("x".repeat(10_000)));
          };
          response.on("drain", more);
          more();
        }));
        const error = await failure(server.origin, { max_response_bytes: 1_000_000 });
        assert.equal(error.code, "limit");
        assert.match(error.message, /at least \d{7} bytes; max_response_bytes allows 1000000/);
        assert.ok(await until(() => server.open() === 0));
      });

      it("refuse a URL of absurd length", async () => {
        assert.equal((await failure(`${echo.origin}/${"x".repeat(20_000)}`)).code, "config");
      });
    });

    describe("broken answers", () => {
      const head = "HTTP/1.1 200 OK\r\n";
      const broken: Record<string, string> = {
        "a body shorter than declared": `${head}Content-Length: 10\r\n\r\nhi`,
        "a chunk size that is no number": `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\nhi\r\n0\r\n\r\n`,
        "chunks without an end": `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n`,
        "a chunk cut in two": `${head}Transfer-Encoding: chunked\r\n\r\n20\r\nhi`,
        "a content-length that is no number": `${head}Content-Length: abc\r\n\r\nhi`,
        "a negative content-length": `${head}Content-Length: -5\r\n\r\nhi`,
        "two content-lengths": `${head}Content-Length: 2\r\nContent-Length: 5\r\n\r\nhi`,
        "binary garbage": "\x00\x01\x02garbage\r\n\r\n",
        "text of another protocol": "220 mail.test ESMTP\r\n",
        "HTML without a header": "<html>hi</html>",
        "a status that does not exist": "HTTP/1.1 99 Low\r\nContent-Length: 2\r\n\r\nhi",
        "an upgrade that nobody asked for": "HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nhi",
      };
      for (const [what, bytes] of Object.entries(broken)) {
        it(`${what}: http`, async () => {
          const server = await started(rawServer(answering(bytes)));
          const error = await failure(server.origin);
          assert.equal(error.code, "http", error.message);
          assert.match(error.message, new RegExp(server.origin));
        });
      }

      it("a reset behind a whole answer, as TorchServe does with its errors, leaves it whole", async () => {
        const notFound = "HTTP/1.1 404 Not Found\r\n";
        for (
          const rest of ["Content-Length: 4\r\n\r\nnope", "Transfer-Encoding: chunked\r\n\r\n4\r\nnope\r\n0\r\n\r\n"]
        ) {
          const server = await started(rawServer(resetting(notFound + rest)));
          for (let i = 0; i < 10; i++) {
            const response = await get(server.origin);
            assert.deepEqual([response.status, response.text()], [404, "nope"]);
          }
        }
      });

      it("a reset in the middle of an answer: http", async () => {
        for (const rest of ["Content-Length: 5\r\n\r\nnope", "Transfer-Encoding: chunked\r\n\r\n4\r\nnope\r\n"]) {
          const server = await started(rawServer(resetting(head + rest)));
          assert.match((await failure(server.origin)).message, /in the middle of its answer/);
        }
      });

      it("a header that never ends: limit or http", async () => {
        const server = await started(rawServer(answering(`${head}${"X: aaaaaaaaaaaaaaaa\r\n".repeat(50_000)}`)));
        assert.match((await failure(server.origin)).code, /^(limit|http)$/);
      });

      it("bodies that end with the connection, and interim answers, are fine", async () => {
        for (const bytes of [`${head}\r\nhi`, `HTTP/1.1 100 Continue\r\n\r\n${head}Content-Length: 2\r\n\r\nhi`]) {
          const server = await started(rawServer(answering(bytes)));
          assert.equal((await get(server.origin)).text(), "hi");
        }
      });
    });

    describe("failures to connect", () => {
      it("nothing listens: connect", async () => {
        const server = await httpServer(() => {});
        server.close();
        const error = await failure(server.origin.replace("//", "//user:sesame@"));
        assert.equal(error.code, "connect");
        assert.match(error.message, /ECONNREFUSED/);
        assert.match(error.hint ?? "", /nothing listens/);
        assert.doesNotMatch(JSON.stringify(error) + error.message + error.stack, /sesame/);
      });

      it("a name without address: connect", async () => {
        const error = await failure("http://no-such-host.invalid/");
        assert.equal(error.code, "connect");
        assert.match(error.message, /no-such-host\.invalid/);
      });

      it("a reset, or an end, before any answer: connect", async () => {
        const reset = await started(rawServer((socket) => socket.once("data", () => socket.resetAndDestroy())));
        assert.equal((await failure(reset.origin)).code, "connect");
        const end = await started(rawServer((socket) => socket.once("data", () => socket.end())));
        assert.equal((await failure(end.origin)).code, "connect");
      });

      for (const url of ["not a url", "http://", "ftp://host/", "http://user:sesame@ho st/", "http://h:99999/"]) {
        it(`${JSON.stringify(url)}: config`, async () => {
          const error = await failure(url);
          assert.equal(error.code, "config");
          assert.doesNotMatch(error.message, /sesame/);
        });
      }
    });

    describe("TLS", () => {
      let server: TestServer;
      let expired: TestServer;
      let other: TestServer;
      const ca = { tls_ca_cert: tlsPath("ca.crt") };
      before(async () => {
        const answer = (_: unknown, response: { end(text: string): void }) => response.end("secret");
        server = await started(httpsServer("server", answer));
        expired = await started(httpsServer("expired", answer));
        other = await started(httpsServer("other", answer));
      });

      it("trusts the authorities of a file and of a directory, for names and addresses", async () => {
        assert.equal((await get(server.origin, ca)).text(), "secret");
        assert.equal((await get(`https://localhost:${server.port}`, ca)).text(), "secret");
        assert.equal((await get(server.origin, { tls_ca_cert: tlsPath("ca-directory") })).text(), "secret");
      });

      it("an unknown authority: tls, with the hint tls_ca_cert", async () => {
        const error = await failure(server.origin);
        assert.equal(error.code, "tls");
        assert.match(error.hint ?? "", /tls_ca_cert/);
      });

      it("an expired certificate: tls", async () => {
        const error = await failure(expired.origin, ca);
        assert.equal(error.code, "tls");
        assert.match(error.message, /expired/);
      });

      it("a certificate of another name: tls", async () => {
        const error = await failure(other.origin, ca);
        assert.equal(error.code, "tls");
        assert.match(error.message, /another name/);
      });

      it("accepts all of that with tls_verify: false, and says so once", async () => {
        const lines: string[] = [];
        const client = await httpClient({ ...lane, tls_verify: false }, {
          deadlineMs: far(),
          log: (level, message) => lines.push(`${level} ${message}`),
        });
        for (const { origin } of [server, expired, other]) {
          assert.equal((await client.request({ url: origin })).text(), "secret");
        }
        client.close();
        assert.equal(lines.length, 1);
        assert.match(lines[0] ?? "", /^warning .*not verified/);
      });

      it("a server without TLS: tls, with the hint http://", async () => {
        const error = await failure(`https://127.0.0.1:${echo.port}/`, ca);
        assert.equal(error.code, "tls", error.message);
        assert.match(error.hint ?? "", /http:\/\//);
      });

      it("authorities that cannot be read or are none: config", async () => {
        for (const path of [tlsPath("no-such-file"), tlsPath("ca.key")]) {
          const error = await failure(server.origin, { tls_ca_cert: path });
          assert.equal(error.code, "config");
          assert.match(error.message, /tls_ca_cert/);
        }
      });
    });
  });
}
