import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { after, before, describe, it } from "node:test";
import { checkInference } from "../../plugin/checks/inference.ts";
import { checkManagement } from "../../plugin/checks/management/mod.ts";
import { checkOpenMetrics } from "../../plugin/checks/openmetrics.ts";
import { runCheck } from "../../plugin/run/mod.ts";
import { validateInstance } from "../../plugin/config/mod.ts";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import type { Report } from "../../plugin/report/report.ts";
import { checkWith } from "../support/check.ts";
import { type Answer, FakeHttp } from "../support/fake_http.ts";

const run = async (instance: Record<string, unknown>): Promise<Report> => {
  const result = await validateInstance({ timeout: 5, ...instance }, {});
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return await runCheck({ config: result.config, issues: result.issues, hostStartSeconds: 0 });
};
/** Code, message and hint of a report's error, in one text. */
const failure = ({ error }: Report) => `${error?.code}: ${error?.message} / ${error?.hint}`;

describe("a wrong port of TorchServe", () => {
  let emulator: Emulator;
  let locked: Emulator;
  const directory = mkdtempSync(join(tmpdir(), "torchserve-check-findings-"));
  before(async () => {
    emulator = await startEmulator({ metricTimeInterval: 0 });
    locked = await startEmulator({ metricTimeInterval: 0, tokenAuth: { directory } });
  });
  after(async () => {
    await emulator.close();
    await locked.close();
    rmSync(directory, { recursive: true });
  });
  const endpoints = {
    openmetrics_endpoint: ["metrics endpoint", "http://127.0.0.1:8082/metrics"],
    inference_api_url: ["inference API", "http://127.0.0.1:8080"],
    management_api_url: ["management API", "http://127.0.0.1:8081"],
  } as const;
  const servers = [["inference", "inference API"], ["management", "management API"], [
    "metrics",
    "metrics endpoint",
  ]] as const;
  for (const [option, [name, usual]] of Object.entries(endpoints)) {
    for (const [server, serverName] of servers) {
      for (const withTokens of [false, true]) {
        if (serverName === name) continue;
        it(`is named: ${option} at the ${serverName}${withTokens ? " that wants tokens" : ""}`, async () => {
          const from = withTokens ? locked : emulator;
          const base = new URL(from[`${server}Url`]).origin;
          const url = option === "openmetrics_endpoint" ? `${base}/metrics` : base;
          const report = await run({ [option]: url });
          assert.equal(
            failure(report),
            `http: ${url} is TorchServe's ${serverName}, not its ${name} / ` +
              `set ${option} to the address of TorchServe's ${name}: ${usual} as installed`,
          );
          assert.equal(report.service_checks[0]?.status, 2);
          assert.equal(report.service_checks[0]?.message, report.error?.message);
        });
      }
    }
  }

  it("is named where the key of the other API is refused", async () => {
    const report = await run({ inference_api_url: locked.managementUrl, token_key_file: locked.keyFile });
    assert.match(failure(report), /^http: .* is TorchServe's management API, not its inference API/);
  });

  it("is not what a refused token means at the right port", async () => {
    for (const option of ["inference_api_url", "management_api_url"] as const) {
      const url = option === "inference_api_url" ? locked.inferenceUrl : locked.managementUrl;
      assert.match(failure(await run({ [option]: url })), /^auth: .* answered 400.* set token_key_file/);
    }
  });

  it("is told from a wrong path of the metrics endpoint", async () => {
    const base = new URL(emulator.metricsUrl).origin;
    for (const path of ["", "/", "/prometheus"]) {
      const report = await run({ openmetrics_endpoint: `${base}${path}` });
      assert.match(failure(report), /^http: .* answered 40[45]/);
      assert.match(failure(report), new RegExp(`set openmetrics_endpoint to ${base}/metrics$`));
    }
  });

  it("is told from a wrong path of an API", async () => {
    const report = await run({ management_api_url: `${emulator.managementUrl}/api` });
    assert.match(
      failure(report),
      new RegExp(`^http: .* / .*another path: set management_api_url to ${emulator.managementUrl}$`),
    );
  });

  it("answers JSON where metrics are expected", async () => {
    const report = await run({ openmetrics_endpoint: `${emulator.managementUrl}/models` });
    assert.match(failure(report), /^http: .*\/models is TorchServe's management API, not its metrics endpoint/);
  });
});

describe("an answer that is not TorchServe's", () => {
  const page = (title: string) => `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body>…</body></html>`;
  const checks = [
    [
      (http: FakeHttp) => checkWith(checkOpenMetrics, { openmetrics_endpoint: "http://ts:8082/metrics" }, http),
      "openmetrics_endpoint",
      "/metrics",
      "http://ts:8082/metrics",
    ],
    [
      (http: FakeHttp) => checkWith(checkInference, { inference_api_url: "http://ts:8080" }, http),
      "inference_api_url",
      "/ping",
      "http://ts:8080",
    ],
    [
      (http: FakeHttp) => checkWith(checkManagement, { management_api_url: "http://ts:8081" }, http),
      "management_api_url",
      "/models?limit=100",
      "http://ts:8081",
    ],
  ] as const;
  const ask = (index: number, answer: Answer) => {
    const [run, , path] = checks[index] ?? checks[0];
    return run(new FakeHttp({ [path]: answer }));
  };
  for (const [i, [, option, , usual]] of checks.entries()) {
    for (const status of [502, 503, 504]) {
      it(`is named as a proxy's error page for ${option}: ${status}`, async () => {
        const report = await ask(i, {
          status,
          body: page("Bad  Gateway"),
          headers: { server: "nginx/1.22.1", via: "1.1 squid", "content-type": "text/html" },
        });
        assert.match(
          failure(report),
          new RegExp(
            `^http: \\S+ answered ${status} \\(an HTML page "Bad Gateway" of nginx/1.22.1 through 1.1 squid, ` +
              `not an answer of TorchServe\\) / .*proxy.* set ${option} to .*${usual} as installed$`,
          ),
        );
      });
    }

    it(`is named as a proxy's error without a page for ${option}`, async () => {
      const report = await ask(i, { status: 503, body: "upstream connect error", headers: { server: "envoy" } });
      assert.match(failure(report), /^http: \S+ answered 503 \(an answer of envoy, not an answer of TorchServe\)/);
    });

    it(`is not what TorchServe's own error through a proxy is, for ${option}`, async () => {
      const body = JSON.stringify({ code: 500, type: "InternalServerException", message: "Worker died." });
      const report = await ask(i, {
        status: 500,
        body,
        headers: { server: "nginx", "content-type": "application/json" },
      });
      assert.deepEqual(report.error?.message, `${report.error?.message.split(" ")[0]} answered 500: Worker died.`);
    });

    for (
      const [status, body] of [
        [403, '{\n  "status": "This TorchServe instance only accepts HTTPS requests"\n}\n'],
        [400, page("400 The plain HTTP request was sent to HTTPS port")],
        [400, "Client sent an HTTP request to an HTTPS server.\n"],
      ] as const
    ) {
      it(`is named as TLS for ${option}: ${body.slice(0, 20).trim()}`, async () => {
        assert.equal(
          failure(await ask(i, { status, body })),
          `tls: ${usual} speaks TLS, not plain HTTP / set ${option} to ${usual.replace("http", "https")}`,
        );
      });
    }

    it(`keeps the remedy for credentials, for ${option}`, async () => {
      const report = await ask(i, { status: 401, body: page("Login"), headers: { server: "nginx" } });
      assert.match(failure(report), /^auth: .*"Login" of nginx.* \/ check username and password/);
    });
  }

  it("is named as HTML instead of metrics", async () => {
    const report = await ask(0, { status: 200, body: `\ufeff \n${page("Grafana")}`, headers: {} });
    assert.match(
      failure(report),
      /^parse: http:\/\/ts:8082\/metrics answered HTML instead of metrics \(an HTML page "Grafana"/,
    );
    assert.equal(report.service_checks[0]?.status, 2);
  });

  it("is named as JSON instead of metrics", async () => {
    const report = await ask(0, { status: 200, body: '{"a": 1}', headers: { "content-type": "application/json" } });
    assert.match(failure(report), /^parse: .* answered JSON instead of metrics/);
  });

  it("is named as HTML instead of the list of models", async () => {
    const report = await ask(2, { status: 200, body: page("Login"), headers: {} });
    assert.match(failure(report), /^parse: .*no model list.*"Login".*8081 as installed$/);
  });

  it("is named as HTML instead of a ping, with a warning", async () => {
    const report = await ask(1, { status: 200, body: page("Login"), headers: { server: "Apache" } });
    assert.equal(report.status, "partial");
    assert.match(report.warnings[0]?.message ?? "", /an HTML page "Login" of Apache, not TorchServe's ping/);
    assert.equal(report.service_checks[0]?.status, 1);
  });
});

describe("a port that does not speak what is asked", () => {
  const servers: Server[] = [];
  const listen = (server: Server) =>
    new Promise<number>((resolve) => {
      servers.push(server);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  const tcp = (onData: (socket: Socket, first: Uint8Array) => void) =>
    listen(createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (first) => onData(socket, first));
    }));
  after(() => servers.forEach((server) => server.close()));

  // What TorchServe's gRPC port answers to HTTP/1.1: HTTP/2's SETTINGS and GOAWAY "Unexpected HTTP/1.x request".
  const grpcAnswer = Uint8Array.from(
    ("00001204000000000000037fffffff000400100000000600002000000004080000000000000f0001" +
      "00002f0700000000007fffffff00000001556e657870656374656420485454502f312e782072657175" +
      "6573743a20474554202f70696e6720").match(/../g) ?? [],
    (hex) => parseInt(hex, 16),
  );
  const kinds = [["openmetrics_endpoint", "/metrics"], ["inference_api_url", ""], ["management_api_url", ""]] as const;

  for (const [option, path] of kinds) {
    it(`is named as gRPC: ${option}`, async () => {
      const port = await tcp((socket) => socket.end(grpcAnswer));
      const report = await run({ [option]: `http://127.0.0.1:${port}${path}` });
      assert.match(
        failure(report),
        new RegExp(`^http: .*valid HTTP.* / .*gRPC ports .*set ${option} to .*127.0.0.1:808\\d`),
      );
    });

    it(`is named as TLS: ${option} with http://`, async () => {
      const tls = new URL("../golden/tls/", import.meta.url);
      const server = createTlsServer({
        cert: readFileSync(new URL("server.crt", tls)),
        key: readFileSync(new URL("server.key", tls)),
      });
      server.on("tlsClientError", () => {});
      const port = await listen(server);
      const report = await run({ [option]: `http://127.0.0.1:${port}${path}` });
      assert.equal(
        failure(report),
        `tls: http://127.0.0.1:${port}${path} speaks TLS, not plain HTTP / set ${option} to https://127.0.0.1:${port}${path}`,
      );
    });

    it(`is named as plain HTTP: ${option} with https://`, async () => {
      const port = await tcp((socket) => socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
      const report = await run({ [option]: `https://127.0.0.1:${port}${path}` });
      assert.match(
        failure(report),
        new RegExp(`^tls: .*does not speak TLS / set ${option} to http://127.0.0.1:${port}`),
      );
    });
  }

  const silent = [
    ["whether it speaks TLS", "HTTP/1.1 100 Continue\r\n\r\n", /^connect: .* closed the connection without an answer /],
    ["which API it is", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", /^http: .* 404/],
  ] as const;
  for (const [what, answer, expected] of silent) {
    it(`is told where it is silent when it is asked ${what}`, async () => {
      const port = await tcp((socket, first) => {
        if (new TextDecoder().decode(first).startsWith("GET ")) socket.end(answer);
      });
      const start = performance.now();
      const report = await run({ inference_api_url: `http://127.0.0.1:${port}`, timeout: 60 });
      assert.match(failure(report), expected);
      // The bound tells an answer from one that waits for the run's end.
      assert.ok(performance.now() - start < 30_000);
    });
  }

  it("is not asked twice when nothing listens", async () => {
    const port = await tcp(() => {});
    const server = servers.pop();
    await new Promise((resolve) => server?.close(resolve));
    const report = await run({ inference_api_url: `http://127.0.0.1:${port}` });
    assert.equal(report.error?.code, "connect");
    assert.equal(report.stats.requests, 1);
  });

  it("that closes every connection is not taken for TLS", async () => {
    const port = await tcp((socket) => socket.destroy());
    const report = await run({ inference_api_url: `http://127.0.0.1:${port}` });
    assert.match(failure(report), /^connect: .*closed the connection without an answer/);
  });
});
