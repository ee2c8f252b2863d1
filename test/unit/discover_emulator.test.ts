import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, afterEach, before, describe, it } from "node:test";
import { runCheck } from "../../plugin/run/mod.ts";
import { type FileResult, readConfig } from "../../plugin/config/mod.ts";
import { discover, draftConfig, parseHost, renderYaml } from "../../plugin/discover/mod.ts";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../plugin/emulator/mod.ts";
import type { Report } from "../../plugin/report/report.ts";
import { httpServer, httpsServer, rawServer, type TestServer, tlsPath } from "../contract/http_servers.ts";
import { fakeProc, type FakeProcess, Scratch } from "./discover_support.ts";

const scratch = new Scratch();
const running: Emulator[] = [];
const listening: TestServer[] = [];
let count = 0;
afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
  for (const server of listening.splice(0)) server.close();
});
after(() => scratch.remove());

/** The type of a TLS record that opens a connection (RFC 8446, 5.1). */
const TLS_HANDSHAKE = 0x16;

const portOf = (url: string) => Number(new URL(url).port);
const portsOf = ({ inferenceUrl, managementUrl, metricsUrl }: Emulator) =>
  [inferenceUrl, managementUrl, metricsUrl].map(portOf);

async function emulate(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ metricTimeInterval: 0, ...options });
  running.push(emulator);
  return emulator;
}

/** One as installed, with its directory; and what its process looks like. */
async function asInstalled(): Promise<{ emulator: Emulator; directory: string; process: FakeProcess }> {
  const directory = scratch.folder(`ts${count++}`);
  const logDirectory = scratch.folder(`ts${count - 1}/logs`);
  const emulator = await emulate({ tokenAuth: { directory }, metricsMode: "log", logDirectory });
  emulator.predict("sentiment");
  const process = { pid: count, directory, listening: portsOf(emulator).map((port) => `127.0.0.1:${port}`) };
  return { emulator, directory, process };
}

interface Made {
  readonly text: string;
  readonly file: FileResult;
  /** As in the file. */
  readonly instances: readonly Record<string, unknown>[];
}

interface Found extends Made {
  readonly reports: readonly Report[];
}

/** Discovers on 127.0.0.1, and reads what is made of it. */
async function make(ports: readonly number[] | undefined, processes: readonly FakeProcess[] = []): Promise<Made> {
  const timeoutMs = 500;
  const procRoot = fakeProc(scratch, `proc${count++}`, processes);
  const discovery = await discover({ host: parseHost("127.0.0.1"), ports, timeoutMs, procRoot });
  const text = renderYaml(await draftConfig(discovery, timeoutMs), "Found.");
  const file = await readConfig(text, "conf.yaml");
  return { text, file, instances: file.instances.map(({ raw }) => raw as Record<string, unknown>) };
}

/** What `make` gives, and what it finds when it is run. */
async function find(ports: readonly number[], processes: readonly FakeProcess[] = []): Promise<Found> {
  const made = await make(ports, processes);
  const reports = await Promise.all(made.file.instances.map(({ result }) => {
    if (!result.ok) return assert.fail(JSON.stringify(result.issues));
    return runCheck({ config: result.config, issues: result.issues, hostStartSeconds: 0 });
  }));
  return { ...made, reports };
}

const assertGreen = ({ reports, file }: Found) => {
  assert.deepEqual(file.issues, []);
  for (const report of reports) {
    assert.equal(report.status, "ok", JSON.stringify(report.error ?? report.warnings));
    assert.deepEqual(report.service_checks.map(({ status }) => status), [0]);
  }
};
/** A comment's text, whatever its line breaks. */
const prose = (text: string) => text.replace(/\n *# /g, " ");

describe("discover()", () => {
  it("watches a TorchServe as installed: logs, keys, all green", async () => {
    const { emulator, directory, process } = await asInstalled();
    const found = await find(portsOf(emulator), [process]);
    assertGreen(found);
    assert.deepEqual(found.instances, [
      { metrics_log: `${directory}/logs` },
      { inference_api_url: emulator.inferenceUrl, token_key_file: `${directory}/key_file.json` },
      { management_api_url: emulator.managementUrl, token_key_file: `${directory}/key_file.json` },
    ]);
    const text = prose(found.text);
    assert.match(
      text,
      new RegExp(`TorchServe 0\\.12\\.0, process ${process.pid} of user \\d+, started in ${directory}`),
    );
    assert.match(text, /it is empty, as with metrics_mode=log/);
    assert.match(text, /Management API, port \d+: 2 models, token authorization is on\./);
    assert.match(found.text, /# token_renew: true/);
    const { management, inference, api } = emulator.keys ?? assert.fail("no keys");
    for (const key of [management, inference, api]) {
      assert.ok(!found.text.includes(key), "a key is in the configuration");
    }
  });

  it("writes a limit that holds all models where there are more than usual", async () => {
    const models = Array.from({ length: 105 }, (_, i) => ({ name: `model_${i}` }));
    const emulator = await emulate({ models });
    const found = await find([portOf(emulator.managementUrl)]);
    assertGreen(found);
    assert.deepEqual(found.instances, [{ management_api_url: emulator.managementUrl, limit: 200 }]);
    assert.match(prose(found.text), /Management API, port \d+: 105 models, token authorization is off\.\n/);
    assert.doesNotMatch(found.text, /dropped/);
  });

  it("makes suggestions that work, too", async () => {
    const { emulator, process } = await asInstalled();
    const { text } = await find(portsOf(emulator), [process]);
    const active = await readConfig(text.replace(/^( +)# (token_\w+: )/gm, "$1$2"), "conf.yaml");
    assert.deepEqual(active.issues, []);
    assert.deepEqual(active.instances.map(({ raw }) => (raw as Record<string, unknown>)["token_api_url"]), [
      undefined,
      emulator.managementUrl,
      undefined,
    ]);
  });

  it("scrapes where there is something to scrape", async () => {
    const emulator = await emulate();
    const found = await find(portsOf(emulator));
    assertGreen(found);
    assert.deepEqual(found.instances, [
      { openmetrics_endpoint: emulator.metricsUrl },
      { inference_api_url: emulator.inferenceUrl },
      { management_api_url: emulator.managementUrl },
    ]);
    assert.match(found.text, /token authorization is off/);
    assert.doesNotMatch(found.text, /token_|no process/);
  });

  it("says what it needs where neither keys nor logs can be found", async () => {
    const { emulator } = await asInstalled();
    const { text, file, instances, reports } = await find(portsOf(emulator));
    assert.deepEqual(file.issues, []);
    assert.deepEqual(instances, [
      { inference_api_url: emulator.inferenceUrl },
      { management_api_url: emulator.managementUrl },
    ]);
    assert.deepEqual(reports.map(({ error }) => error?.code), ["auth", "auth"]);
    assert.match(prose(text), /set metrics_mode=prometheus .* or set metrics_log/);
    assert.match(text, /# - openmetrics_endpoint: /);
    assert.match(text, /# token_key_file: "<DIRECTORY>\/key_file.json"/);
    assert.match(prose(text), /no process of TorchServe is seen on this machine/);
  });

  it("says whom to run as where the process is another user's", async () => {
    const { emulator, process } = await asInstalled();
    const { text } = await find(portsOf(emulator), [{ pid: process.pid }]);
    assert.match(text, new RegExp(`probably process ${process.pid}`));
    assert.match(
      prose(text),
      /key_file\.json is not known: process \d+ belongs to user \d+.* run this as one of them/,
    );
  });

  it("makes a configuration that is one of an empty metrics page alone", async () => {
    const emulator = await emulate({ metricsMode: "log" });
    const { instances, reports } = await find([portOf(emulator.metricsUrl)]);
    assert.deepEqual(instances, [{ openmetrics_endpoint: emulator.metricsUrl }]);
    assert.deepEqual(reports.map(({ warnings }) => warnings[0]?.code), ["empty"]);
  });

  it("finds two servers, each with its own keys, on ports that only their processes name", async () => {
    const [one, two] = [await asInstalled(), await asInstalled()];
    const found = await make(undefined, [one.process, two.process]);
    const keyFiles = new Map(
      found.instances.map((instance) => [instance["management_api_url"], instance["token_key_file"]]),
    );
    for (const { emulator, directory } of [one, two]) {
      assert.equal(keyFiles.get(emulator.managementUrl), `${directory}/key_file.json`);
    }
  });

  it("warns of keys that the server does not accept any more", async () => {
    const { emulator, process } = await asInstalled();
    emulator.expireKeys();
    const { text } = await find(portsOf(emulator), [process]);
    assert.match(prose(text), /This instance fails now: .*key_file\.json/);
  });

  it("takes a page that is empty at first for what metrics_mode makes of it", async () => {
    const { emulator, directory, process } = await asInstalled();
    scratch.file(`${directory.split("/").at(-1)}/config.properties`, "metrics_mode=prometheus\n");
    const { instances } = await find([portOf(emulator.metricsUrl)], [process]);
    assert.deepEqual(instances, [{ openmetrics_endpoint: emulator.metricsUrl }]);
  });

  describe("by what config.properties says", () => {
    const configured = async (properties: string, mode: "log" | "prometheus" | "legacy" = "prometheus") => {
      const name = `ts${count++}`;
      const directory = scratch.folder(name);
      scratch.file(`${name}/config.properties`, properties);
      scratch.file(`${name}/logs/ts_metrics.log`, "");
      const emulator = await emulate({ metricsMode: mode === "legacy" ? "prometheus" : mode });
      const listening = portsOf(emulator).map((port) => `127.0.0.1:${port}`);
      return { emulator, directory, process: { pid: count, directory, listening } };
    };

    it("offers the logs besides the endpoint in the mode legacy", async () => {
      const { emulator, directory, process } = await configured("metrics_mode=legacy\n", "legacy");
      const { instances, text } = await make(portsOf(emulator), [process]);
      assert.deepEqual(instances.slice(0, 2), [
        { openmetrics_endpoint: emulator.metricsUrl },
        { metrics_log: `${directory}/logs` },
      ]);
      assert.match(prose(text), /with metrics_mode=legacy, the endpoint has the three metrics of inference only/);
    });

    it("offers the logs where the metrics endpoint is off", async () => {
      const { emulator, directory, process } = await configured("enable_metrics_api=false\n");
      const [inference = 0, management = 0] = portsOf(emulator);
      const { instances, text } = await make([inference, management], [process]);
      assert.deepEqual(instances[0], { metrics_log: `${directory}/logs` });
      assert.equal(instances.length, 3);
      assert.match(prose(text), /metrics endpoint is off \(enable_metrics_api=false\), and its logs have the metrics/);
    });

    for (
      const [settings, silence] of [
        ["disable_system_metrics=true", 31_536_000],
        ["metric_time_interval=600", 3_000],
        ["metric_time_interval=61", 305],
        ["metric_time_interval=60", undefined],
        ["metric_time_interval=5", undefined],
        ["metric_time_interval=soon", undefined],
      ] as const
    ) {
      it(`${silence === undefined ? "leaves max_silence alone" : `sets max_silence to ${silence}`}: ${settings}`, async () => {
        const { emulator, directory, process } = await configured(`${settings}\n`, "log");
        const { instances, file } = await make([portOf(emulator.metricsUrl)], [process]);
        const path = `${directory}/logs`;
        assert.deepEqual(instances, [
          { metrics_log: silence === undefined ? path : { directory: path, max_silence: silence } },
        ]);
        assert.deepEqual(file.issues, []);
      });
    }

    it("does not ask ports that speak gRPC", async () => {
      const asked: number[] = [];
      const grpc = await Promise.all([0, 1, 2].map(async () => {
        const server = await rawServer((socket) => {
          asked.push(server.port);
          socket.end();
        });
        listening.push(server);
        return server;
      }));
      const [one = 0, two = 0, other = 0] = grpc.map(({ port }) => port);
      const name = `ts${count++}`;
      const directory = scratch.folder(name);
      scratch.file(
        `${name}/config.properties`,
        `grpc_inference_port=${one}\ngrpc_management_port=1\nenable_envvars_config=true\n`,
      );
      const process = {
        pid: count,
        directory,
        environment: { TS_GRPC_MANAGEMENT_PORT: `${two}` },
        listening: [one, two, other].map((port) => `127.0.0.1:${port}`),
      };
      await make(undefined, [process]);
      assert.deepEqual([...new Set(asked)], [other], "the port that nobody calls a gRPC port");
    });

    it("names the metrics.yaml that its configuration names", async () => {
      const name = `ts${count++}`;
      const directory = scratch.folder(name);
      scratch.file(`${name}/logs/ts_metrics.log`, "");
      scratch.file(`${name}/conf/my.properties`, "enable_metrics_api=false\nmetrics_config=conf/metrics.yaml\n");
      const environment = { TS_CONFIG_FILE: "conf/my.properties" };
      const emulator = await emulate();
      const listening = portsOf(emulator).map((port) => `127.0.0.1:${port}`);
      const { instances } = await make([portOf(emulator.inferenceUrl)], [{
        pid: count,
        directory,
        environment,
        listening,
      }]);
      assert.deepEqual(instances[0], {
        metrics_log: { directory: `${directory}/logs`, metrics_config: `${directory}/conf/metrics.yaml` },
      });
    });

    it("says that it listens on Unix sockets, and offers its logs", async () => {
      const name = `ts${count++}`;
      const directory = scratch.folder(name);
      scratch.file(`${name}/logs/ts_metrics.log`, "");
      scratch.file(
        `${name}/config.properties`,
        "inference_address=unix:/tmp/absent-inference.sock\nmanagement_address=unix:///tmp/absent-management.sock\n" +
          "metrics_address=unix:/tmp/absent-metrics.sock\n",
      );
      const { instances, text } = await make([1], [{ pid: count, directory, listening: ["127.0.0.1:7070"] }]);
      assert.deepEqual(instances[0], { metrics_log: `${directory}/logs` });
      assert.match(
        prose(text),
        /is a TorchServe that listens on \/tmp\/absent-inference\.sock, \/tmp\/absent-management\.sock, \/tmp\/absent-/,
      );
      assert.match(prose(text), /metrics endpoint is a Unix socket, and its logs have the metrics/);
      assert.match(
        prose(text),
        /Log lines: model_log\.log and ts_log\.log in \S+\/logs\. The section logs of `torchserve-/,
      );
      assert.deepEqual(instances.slice(1).map((instance) => instance["inference_api_url"]), [
        "unix://%2Ftmp%2Fabsent-inference.sock",
        undefined,
      ]);
      assert.doesNotMatch(text, /API: not found/);
    });
  });

  describe("where inference and management have one address", () => {
    const description = {
      info: { title: "TorchServe APIs", version: "0.12.0" },
      paths: { "/ping": {}, "/models": {} },
    };
    const refusal = { code: 400, type: "InvalidKeyException", message: "Token Authorization failed." };
    const noResource = { code: 404, type: "ResourceNotFoundException", message: "Requested resource is not found." };
    const shared = async (wantsToken: boolean) => {
      const server = await httpServer((request, response) => {
        const path = new URL(request.url ?? "/", "http://ts").pathname;
        const version = { modelName: "a", modelVersion: "1.0", modelUrl: "a.mar" };
        const answer = (status: number, body: unknown) => {
          response.writeHead(status, { "content-type": "application/json" });
          response.end(JSON.stringify(body));
        };
        if (request.method === "OPTIONS") return answer(200, description);
        if (wantsToken) return answer(400, refusal);
        if (path === "/ping") return answer(200, { status: "Healthy" });
        if (path === "/models") return answer(200, { models: [{ modelName: "a", modelUrl: "a.mar" }] });
        return path === "/models/a" ? answer(200, [version]) : answer(404, noResource);
      });
      listening.push(server);
      return server.port;
    };

    it("offers both instances, and says what cannot be seen there", async () => {
      const port = await shared(false);
      const { instances, text } = await make([port]);
      assert.deepEqual(instances, [
        { inference_api_url: `http://127.0.0.1:${port}` },
        { management_api_url: `http://127.0.0.1:${port}` },
      ]);
      assert.match(prose(text), /1 model, token authorization is off\..*only the default version of each model/);
    });

    it("says that no key opens management with token authorization, and suggests no renewal", async () => {
      const port = await shared(true);
      const directory = scratch.folder(`ts${count++}`);
      const key = { key: "a-key" };
      const keyFile = scratch.file(
        `${directory.split("/").at(-1)}/key_file.json`,
        JSON.stringify({ inference: key, management: key, API: key }),
      );
      const { instances, text } = await make([port], [{ pid: count, directory, listening: [`127.0.0.1:${port}`] }]);
      const address = `http://127.0.0.1:${port}`;
      assert.deepEqual(instances, [
        { inference_api_url: address, token_key_file: keyFile },
        { management_api_url: address },
      ]);
      assert.match(prose(text), /no key opens the management API there; give inference_address and/);
      assert.doesNotMatch(text, /token_renew: true/);
    });
  });

  it("recognises the APIs by their responses where they do not describe themselves", async () => {
    const emulator = await emulate();
    emulator.faults.add({ method: "OPTIONS", status: 405, body: "" });
    const found = await find(portsOf(emulator));
    assertGreen(found);
    assert.deepEqual(found.instances.map((instance) => Object.keys(instance)[0]), [
      "openmetrics_endpoint",
      "inference_api_url",
      "management_api_url",
    ]);
  });

  it("does not guess which API wants a token, where neither port nor description tells", async () => {
    const { emulator } = await asInstalled();
    emulator.faults.add({ method: "OPTIONS", status: 405, body: "" });
    const { text, instances } = await find(portsOf(emulator));
    assert.deepEqual(instances, []);
    assert.match(prose(text), /a TorchServe that wants a token answers there/);
  });

  it("says what else answers, or that nothing does", async () => {
    const emulator = await emulate();
    const page = await httpServer((_request, response) => {
      response.writeHead(404, { "content-type": "text/html", server: "nginx/1.22" });
      response.end("<html><title>404 Not Found</title></html>");
    });
    const silent = await httpServer(() => {});
    listening.push(page, silent);
    const { text, instances } = await find([portOf(emulator.inferenceUrl), page.port, silent.port, 1]);
    assert.equal(instances.length, 1);
    assert.match(prose(text), new RegExp(`Port ${page.port}: it is not TorchServe .* "404 Not Found" of nginx`));
    assert.match(prose(text), new RegExp(`Port ${silent.port}: no answer within 0.5 s`));
    assert.match(text, /# Port 1: nothing listens there\./);
    assert.match(text, /# Management API: not found on /);
  });
});

describe("discover() of another machine", () => {
  it("says where keys and logs are to be found, and that the name is unknown", async () => {
    const host = parseHost("name.invalid");
    const { probed, notes, servers } = await discover({ host, ports: [8080], timeoutMs: 500, procRoot: "/proc" });
    assert.deepEqual(servers, []);
    assert.match(notes.join(), /name\.invalid is another machine: run discover there/);
    assert.match(probed[0]?.nothing ?? "", /the host name has no address|EAI_AGAIN|no answer/);
  });
});

describe("discover() of a TorchServe with TLS", () => {
  let emulator: Emulator;
  let server: TestServer;
  before(async () => {
    emulator = await startEmulator({ metricTimeInterval: 0 });
    server = await httpsServer("server", async (request, response) => {
      const answer = await fetch(`${emulator.inferenceUrl}${request.url}`, { method: request.method ?? "GET" });
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(await answer.text());
    });
  });
  after(async () => {
    server.close();
    await emulator.close();
  });

  it("trusts certificate_file of its configuration", async () => {
    const directory = scratch.folder("tls");
    scratch.file("tls/config.properties", `certificate_file=${tlsPath("ca.crt")}\n`);
    const process = { pid: 5, directory, listening: [`127.0.0.1:${server.port}`] };
    const found = await find([server.port], [process]);
    assertGreen(found);
    assert.deepEqual(found.instances, [
      { inference_api_url: `https://127.0.0.1:${server.port}`, tls_ca_cert: tlsPath("ca.crt") },
    ]);
  });

  it("does without verification where it must, and says so", async () => {
    const found = await find([server.port]);
    assertGreen(found);
    assert.deepEqual(found.instances, [
      { inference_api_url: `https://127.0.0.1:${server.port}`, tls_verify: false },
    ]);
    assert.match(prose(found.text), /does not trust its certificate.*set tls_ca_cert/);
  });

  it("goes on to HTTPS where plain HTTP is answered with 403, as TorchServe does", async () => {
    const front = await rawServer((socket) => {
      socket.once("data", (first) => {
        if (first[0] === TLS_HANDSHAKE) {
          const back = connect(server.port, "127.0.0.1", () => back.write(first));
          back.on("error", () => {});
          socket.pipe(back).pipe(socket);
        } else {
          socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
        }
      });
    });
    listening.push(front);
    const found = await find([front.port]);
    assertGreen(found);
    assert.deepEqual(found.instances.map((instance) => instance["inference_api_url"]), [
      `https://127.0.0.1:${front.port}`,
    ]);
  });

  it("speaks to a server of this machine as its configuration says, and trusts its certificate first", async () => {
    const firstBytes: (number | undefined)[] = [];
    let connections = 0;
    const front = await rawServer((socket) => {
      connections++;
      socket.once("data", (first) => {
        firstBytes.push(first[0]);
        const back = connect(server.port, "127.0.0.1", () => back.write(first));
        back.on("error", () => {});
        socket.pipe(back).pipe(socket);
      });
    });
    listening.push(front);
    const directory = scratch.folder(`ts${count++}`);
    scratch.file(
      `${directory.split("/").at(-1)}/config.properties`,
      `inference_address=https://127.0.0.1:${front.port}\ncertificate_file=${tlsPath("ca.crt")}\n`,
    );
    const process = { pid: count, directory, listening: [`127.0.0.1:${front.port}`] };
    const procRoot = fakeProc(scratch, `proc${count++}`, [process]);
    const { probed } = await discover({ host: parseHost("127.0.0.1"), ports: [front.port], timeoutMs: 500, procRoot });
    assert.deepEqual(probed.flatMap(({ apis }) => apis.map(({ address, trust }) => [address, trust])), [
      [`https://127.0.0.1:${front.port}`, { tls_ca_cert: tlsPath("ca.crt") }],
    ]);
    assert.ok(connections > 0);
    assert.deepEqual([...new Set(firstBytes)], [TLS_HANDSHAKE]);
  });

  it("starts no TLS with a server that speaks HTTP, which would log a broken request", async () => {
    for (const status of ["200 OK", "404 Not Found", "500 Internal Server Error"]) {
      const firstBytes: (number | undefined)[] = [];
      const front = await rawServer((socket) => {
        socket.once("data", (first) => {
          firstBytes.push(first[0]);
          socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`);
        });
      });
      listening.push(front);
      const found = await find([front.port]);
      assert.deepEqual(found.instances, []);
      assert.ok(firstBytes.length > 0);
      assert.equal(firstBytes.includes(TLS_HANDSHAKE), false, status);
    }
  });
});
