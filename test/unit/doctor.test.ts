import assert from "node:assert/strict";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, describe, it } from "node:test";
import { readConfig } from "../../plugin/config/mod.ts";
import { parseHost } from "../../plugin/discover/mod.ts";
import { examine, type Finding, FINDINGS, renderJson, renderText } from "../../plugin/doctor/mod.ts";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../plugin/emulator/mod.ts";
import { httpServer, type TestServer } from "../contract/http_servers.ts";
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

async function emulate(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ metricTimeInterval: 0, ...options });
  running.push(emulator);
  return emulator;
}

const HOW = { probeMs: 500, againMs: 20, timeoutMs: 20_000 };
const portOf = (url: string) => Number(new URL(url).port);
const portsOf = (
  { inferenceUrl, managementUrl, metricsUrl }: Emulator,
) => [...new Set([inferenceUrl, managementUrl, metricsUrl].map(portOf))];
const instancesOf = ({ inferenceUrl, managementUrl, metricsUrl }: Emulator, more: Record<string, unknown> = {}) => [
  { inference_api_url: inferenceUrl, ...more },
  { management_api_url: managementUrl, ...more },
  { openmetrics_endpoint: metricsUrl },
];

async function ofFile(
  instances: readonly Record<string, unknown>[],
  processes: readonly FakeProcess[] = [],
  nowMs = Date.now(),
): Promise<Finding[]> {
  const file = await readConfig(JSON.stringify({ instances }), "conf.yaml");
  return await examine({ file }, { ...HOW, nowMs, procRoot: fakeProc(scratch, `proc${count++}`, processes) });
}

async function ofHost(ports: readonly number[], processes: readonly FakeProcess[] = []): Promise<Finding[]> {
  const procRoot = fakeProc(scratch, `proc${count++}`, processes);
  return await examine({ host: parseHost("127.0.0.1"), ports }, { ...HOW, nowMs: Date.now(), procRoot });
}

/** A process that has an emulator's ports, and a directory with logs and settings of its own. */
function processOf(
  emulator: Emulator,
  { properties = "", modelLog = "" }: { readonly properties?: string; readonly modelLog?: string } = {},
): FakeProcess & { readonly directory: string } {
  const directory = scratch.folder(`ts${count++}`);
  mkdirSync(join(directory, "logs"));
  writeFileSync(join(directory, "config.properties"), properties);
  writeFileSync(join(directory, "logs/model_log.log"), modelLog);
  utimesSync(join(directory, "logs/model_log.log"), new Date(), new Date());
  writeFileSync(join(directory, "logs/ts_log.log"), "started\n");
  return { pid: 4_000 + count, directory, listening: portsOf(emulator).map((port) => `127.0.0.1:${port}`) };
}

const found = (findings: readonly Finding[], level: Finding["level"] = "wrong") =>
  findings.filter((finding) => finding.level === level).map(({ id, message }) => `${id}: ${message}`);

/** The first finding, where nothing else is wrong. */
function only(findings: readonly Finding[]): Finding {
  const [first, ...others] = findings;
  if (first === undefined) return assert.fail("nothing was found");
  assert.deepEqual(found(others), []);
  return first;
}

const logged = (worker: string, ...texts: string[]) =>
  texts.map((text) =>
    `${new Date().toISOString().replace(".", ",").slice(0, 23)} [INFO ] ${worker} MODEL_LOG - ${text}\n`
  )
    .join("");
const started = (pid: number) => ["Listening on port: /tmp/.ts.sock.9000", `[PID]${pid}`, "Torch worker started."];

describe("the doctor", () => {
  it("finds nothing where all is well, and says what it looked at", async () => {
    const emulator = await emulate();
    emulator.predict("sentiment");
    for (const findings of [await ofFile(instancesOf(emulator)), await ofHost(portsOf(emulator))]) {
      assert.deepEqual(found(findings), []);
      assert.deepEqual(found(findings, "doubtful"), []);
      assert.deepEqual(findings.map(({ id }) => id).sort(), ["api", "api", "models"]);
    }
  });

  it("says that TorchServe is not running where nothing listens and no process is there", async () => {
    const emulator = await emulate();
    const ports = portsOf(emulator);
    await emulator.close();
    for (const findings of [await ofFile(instancesOf(emulator)), await ofHost(ports)]) {
      const { id, message, remedy = "", instances } = only(findings);
      assert.equal(id, "stopped");
      assert.match(message, /^TorchServe is not running: nothing listens on 127\.0\.0\.1:\d+, /);
      assert.match(remedy, /^start it: torchserve --start /);
      if (findings.length > 0) assert.ok([0, 3].includes(instances.length));
    }
  });

  it("says where TorchServe listens, where that is elsewhere", async () => {
    const emulator = await emulate();
    await emulator.close();
    const directory = scratch.folder(`ts${count++}`);
    const elsewhere = { pid: 7, directory, listening: ["127.0.0.1:18080", "127.0.0.1:18081"] };
    const { id, message } = only(await ofFile(instancesOf(emulator), [elsewhere]));
    assert.equal(id, "elsewhere");
    assert.match(message, /: TorchServe \(process 7\) listens on 127\.0\.0\.1:18080, 127\.0\.0\.1:18081$/);
    const starting = only(await ofFile(instancesOf(emulator), [{ ...elsewhere, listening: [] }]));
    assert.equal(starting.id, "starting");
    const closed = only(await ofFile(instancesOf(emulator), [{ pid: 7 }]));
    assert.match(closed.message, /process 7 is a TorchServe that listens elsewhere, or not yet$/);
    assert.match(closed.remedy ?? "", /run this as user \d+ or as root/);
  });

  it("looks at Unix sockets as at what is on this machine", async () => {
    for (const url of ["unix:///run/none.sock", "unix://%2Frun%2Fnone.sock"]) {
      const findings = await ofFile([{ inference_api_url: url }]);
      assert.match(found(findings).join(), /none\.sock/, url);
    }
    const directory = scratch.folder(`ts${count++}`);
    writeFileSync(
      join(directory, "config.properties"),
      ["inference", "management", "metrics"].map((api) => `${api}_address=unix:/run/none-${api}.sock\n`).join("") +
        "grpc_inference_port=18070\ngrpc_management_port=18071\n",
    );
    const emulator = await emulate();
    await emulator.close();
    const server = { pid: 7, directory, listening: ["127.0.0.1:18070", "127.0.0.1:18071"] };
    const findings = await ofHost(portsOf(emulator), [server]);
    assert.doesNotMatch(found(findings).join("\n"), /Nothing listens on|nothing listens on/);
  });

  it("asks no port that the configuration names as gRPC", async () => {
    const asked: string[] = [];
    const grpc = await httpServer((request, response) => {
      asked.push(request.url ?? "");
      response.end();
    });
    try {
      const directory = scratch.folder(`ts${count++}`);
      writeFileSync(join(directory, "config.properties"), `grpc_inference_port=${grpc.port}\n`);
      const emulator = await emulate();
      const listening = [...portsOf(emulator), grpc.port].map((port) => `127.0.0.1:${port}`);
      await ofHost([...portsOf(emulator), grpc.port], [{ pid: 7, directory, listening }]);
      assert.deepEqual(asked, []);
      await ofHost([grpc.port]);
      assert.notDeepEqual(asked, []);
    } finally {
      grpc.close();
    }
  });

  it("names the one API that is not there", async () => {
    const emulator = await emulate();
    const [inference, ...others] = instancesOf(emulator);
    const wrong = inference === undefined ? {} : { inference_api_url: "http://127.0.0.1:1" };
    const { id, message, instances } = only(await ofFile([wrong, ...others], [processOf(emulator)]));
    assert.equal(id, "elsewhere");
    assert.match(message, /^Nothing listens at http:\/\/127\.0\.0\.1:1, where the inference API is looked for/);
    assert.deepEqual(instances, ["instances[0]"]);
  });

  it("finds keys that are missing, expired or of another start, and prints none", async () => {
    const directory = scratch.folder(`keys${count++}`);
    const emulator = await emulate({ tokenAuth: { directory } });
    const key = join(directory, "key_file.json");
    const process = { ...processOf(emulator), directory };
    assert.equal(only(await ofFile(instancesOf(emulator), [process])).remedy, `set token_key_file: ${key}`);
    assert.match(only(await ofFile(instancesOf(emulator))).remedy ?? "", /token_key_file/);
    const good = await ofFile(instancesOf(emulator, { token_key_file: key }), [process]);
    assert.deepEqual(found(good), []);
    assert.match(found(good, "fine").join(), /keys: The keys of .* are accepted, until 20\d\d-/);

    const other = scratch.folder(`keys${count++}`);
    await emulate({ tokenAuth: { directory: other }, seed: 2 });
    const findings = await ofFile(instancesOf(emulator, { token_key_file: join(other, "key_file.json") }), [process]);
    const ofAnother = only(findings);
    assert.equal(ofAnother.id, "token_other");
    assert.deepEqual(ofAnother.instances, ["instances[0]", "instances[1]"]);
    assert.equal(ofAnother.remedy, `set token_key_file: ${key}`);

    const tomorrow = Date.now() + 3_600_000 * 24;
    const copy = instancesOf(emulator, { token_key_file: join(other, "key_file.json") });
    const old = only(await ofFile(copy, [process], tomorrow));
    assert.equal(old.id, "token_other", "a copy of an earlier start has expired, too");
    assert.match(old.evidence.join(), /has expired at 20/);
    const later = await ofFile(copy, [], tomorrow);
    assert.equal(only(later).id, "token_expired");
    assert.match(only(later).message, /^TorchServe refuses the keys of .*: the time is over since 20\d\d-.*Z$/);
    assert.match(only(later).remedy ?? "", /^set token_renew: true/);
    for (const text of [renderText([...findings, ...later], (_, text) => text), renderJson(findings)]) {
      assert.ok(!/[A-Za-z0-9_-]{8}"?,? *"expiration/.test(text));
    }
  });

  for (const tokens of [false, true]) {
    it(`finds that both APIs have one address, ${tokens ? "with" : "without"} keys`, async () => {
      const directory = scratch.folder(`keys${count++}`);
      const emulator = await emulate({ sharedAddress: true, ...(tokens ? { tokenAuth: { directory } } : {}) });
      const key = tokens ? { token_key_file: join(directory, "key_file.json") } : {};
      const first = only(await ofFile(instancesOf(emulator, key)));
      assert.equal(first.id, "shared_address");
      assert.equal(first.level, tokens ? "wrong" : "doubtful");
      assert.match(first.remedy ?? "", /management_address=http:\/\/127\.0\.0\.1:8081/);
    });
  }

  it("finds that the metrics endpoint is off, also where only its silence tells", async () => {
    const emulator = await emulate({ metricsApi: false });
    const process = processOf(emulator, { properties: "enable_metrics_api=false\nmetrics_mode=prometheus\n" });
    const seen = only(await ofFile(instancesOf(emulator), [process]));
    assert.equal(seen.id, "metrics_off");
    assert.deepEqual(seen.evidence.at(-1), "config.properties: enable_metrics_api=false");
    const guessed = only(await ofFile(instancesOf(emulator)));
    assert.equal(guessed.id, "metrics_off");
    assert.match(guessed.message, /it is off, or at another address$/);
  });

  it("finds that the metrics are in log files, and legacy mode", async () => {
    const emulator = await emulate({ metricsMode: "log" });
    const process = processOf(emulator, { properties: "metrics_mode=log\n" });
    const { id, message } = only(await ofFile(instancesOf(emulator), [process]));
    assert.equal(id, "metrics_in_logs");
    assert.match(message, /metrics_mode is log/);
    assert.match(only(await ofFile(instancesOf(emulator))).message, /as installed, metrics_mode is log/);
    const legacy = await emulate({ metricsMode: "legacy" });
    legacy.predict("sentiment");
    const findings = await ofFile(instancesOf(legacy), [processOf(legacy, { properties: "metrics_mode=legacy\n" })]);
    assert.equal(findings[0]?.id, "metrics_legacy");
  });

  it("finds that the metrics are in logs which only another user sees", async () => {
    const emulator = await emulate({ metricsMode: "log" });
    const { id, message, remedy } = only(await ofHost(portsOf(emulator), [{ pid: 7 }]));
    assert.equal(id, "logs_unreadable");
    assert.match(
      message,
      /^The metrics are in log files, and the directory of TorchServe's logs is not known: process 7 /,
    );
    assert.match(remedy ?? "", /^run this, and the host agent, as user \d+ or let their user read the logs; or set /);
  });

  it("finds logs that are not there, and says where they are", async () => {
    const emulator = await emulate();
    const process = processOf(emulator);
    writeFileSync(join(process.directory, "logs/ts_metrics.log"), "");
    const [inference = {}] = instancesOf(emulator);
    const nowhere = join(process.directory, "nowhere");
    const { id, remedy } = only(await ofFile([inference, { metrics_log: nowhere }], [process]));
    assert.equal(id, "logs_missing");
    assert.equal(remedy, `set metrics_log: ${join(process.directory, "logs")}`);
  });

  it("finds a log that was moved away while TorchServe has it open", async () => {
    const emulator = await emulate();
    const process = processOf(emulator);
    const openFiles = [join(process.directory, "logs/ts_metrics.log.1"), join(process.directory, "logs/ts_log.log")];
    const { id, message } = only(await ofFile(instancesOf(emulator), [{ ...process, openFiles }]));
    assert.equal(id, "logs_moved");
    assert.match(message, /still writes to .*ts_metrics\.log\.1: something moved or removed its log$/);
  });

  it("finds models without workers, full queues and batches that are waited for", async () => {
    const emulator = await emulate({
      models: [
        { name: "idle", workers: 0 },
        { name: "full", remainingCapacity: 0, pendingRequests: 100 },
        { name: "busy", remainingCapacity: 5, pendingRequests: 95 },
        { name: "batched", batchSize: 8, maxBatchDelay: 5_000 },
      ],
    });
    const findings = await ofFile(instancesOf(emulator));
    assert.deepEqual(found(findings), [
      "no_workers: Model idle 1.0 has no workers: predictions are refused with 503",
      "queue_full: The queue of model full 1.0 is full: 100 requests wait for 1 worker, and further predictions are " +
      "refused with 503",
    ]);
    assert.deepEqual(found(findings, "doubtful"), [
      "queue_full: The queue of model busy 1.0 is nearly full: 95 requests wait for 1 worker, and when it is, " +
      "predictions are refused with 503",
      "batch_delay: Callers of model batched 1.0 wait up to 5000 ms until 8 requests make a batch",
    ]);
    assert.match(
      findings[0]?.remedy ?? "",
      /curl -X PUT 'http:\/\/127\.0\.0\.1:\d+\/models\/idle\/1\.0\?min_worker=1'/,
    );
  });

  it("tells the exception of a worker that does not load, from the log of its process", async () => {
    const emulator = await emulate({ models: [{ name: "m", broken: true }] });
    const modelLog = logged(
      "W-9000-m_1.0-stdout",
      ...started(11),
      "Backend worker process died.",
      "Traceback (most recent call last):",
      '  File "/tmp/models/0123456789abcdef0123456789abcdef/handler.py", line 3, in <module>',
      "    import nowhere",
      "ModuleNotFoundError: No module named 'nowhere'",
    );
    const { id, message, evidence, remedy = "" } = only(
      await ofFile(instancesOf(emulator), [processOf(emulator, { modelLog })]),
    );
    assert.equal(id, "handler_raises");
    assert.equal(
      message,
      "Model m 1.0 does not load: ModuleNotFoundError: No module named 'nowhere' (handler.py, line 3)",
    );
    assert.match(evidence.join("\n"), /^GET http.*0 of 1 worker READY[^]*^Written in .*model_log\.log, line 8\.$/m);
    assert.match(remedy, /^install nowhere where TorchServe's Python finds it/);
  });

  it("does not take earlier starts of the server for those of a worker", async () => {
    const emulator = await emulate({ models: [{ name: "m" }] });
    const before = new Date(Date.now() - 600_000).toISOString().replace(".", ",").slice(0, 23);
    const modelLog = logged("W-9000-m_1.0-stdout", ...started(1), ...started(2), ...started(3))
      .replaceAll(/^\S+/gm, before) + logged("W-9000-m_1.0-stdout", ...started(4));
    assert.deepEqual(found(await ofFile(instancesOf(emulator), [processOf(emulator, { modelLog })])), []);
  });

  it("tells a worker that ends without an exception from one that raises", async () => {
    const emulator = await emulate({ models: [{ name: "m", broken: true }] });
    const modelLog = logged("W-9000-m_1.0-stdout", ...started(11), ...started(12), ...started(13));
    const killed = only(await ofFile(instancesOf(emulator), [processOf(emulator, { modelLog })]));
    assert.equal(killed.id, "worker_killed");
    assert.match(killed.evidence.join(), /Its process was started 3 times since .*, the last ones as 11, 12, 13\./);
    const crashed = modelLog + logged("W-9000-m_1.0-stderr", "Fatal Python error: Segmentation fault");
    const crash = only(await ofFile(instancesOf(emulator), [processOf(emulator, { modelLog: crashed })]));
    assert.match(crash.message, /ends again and again with: Fatal Python error: Segmentation fault$/);
  });

  it("says where the reason stands when it cannot see the logs", async () => {
    const emulator = await emulate({ models: [{ name: "m", broken: true }] });
    const [first] = await ofFile(instancesOf(emulator));
    assert.ok(["worker_loading", "worker_stuck", "worker_killed"].includes(first?.id ?? ""), first?.id);
    assert.match(`${first?.message} ${first?.remedy}`, /model_log\.log|ends again and again/);
  });

  it("finds predictions that fail though the workers are ready", async () => {
    const emulator = await emulate({ models: [{ name: "m" }] });
    const modelLog = logged(
      "W-9000-m_1.0-stdout",
      ...started(11),
      "Invoking custom service failed.",
      "Traceback (most recent call last):",
      '  File "/tmp/models/0123456789abcdef0123456789abcdef/handler.py", line 9, in handle',
      "ValueError: bad shape",
    );
    const findings = await ofFile(instancesOf(emulator), [processOf(emulator, { modelLog })]);
    assert.equal(findings[0]?.message, "Predictions of model m 1.0 fail: ValueError: bad shape (handler.py, line 9)");
    const { length } = found(
      await ofFile(instancesOf(emulator), [processOf(emulator, { modelLog })], Date.now() + 3e6),
    );
    assert.equal(length, 0, "an old exception says nothing of now");
  });

  it("says that nothing is found on a host, and why", async () => {
    const nowhere = parseHost("nowhere.invalid");
    const procRoot = fakeProc(scratch, `proc${count++}`, []);
    const unknown = only(await examine({ host: nowhere, ports: [8080] }, { ...HOW, nowMs: Date.now(), procRoot }));
    assert.equal(unknown.id, "unreachable");
    assert.match(unknown.message, /^No TorchServe was found on nowhere\.invalid: Port 8080: .+/);
    const server = await httpServer((_, response) => response.end("hello"));
    listening.push(server);
    const other = only(await ofHost([server.port, 1]));
    assert.equal(other.id, "other_program");
    assert.match(other.message, /it is not TorchServe that answers there/);
  });

  it("says what another program answers, and what is wrong with the configuration", async () => {
    const server = await httpServer((_, response) => response.end("<html><title>Log in</title></html>"));
    listening.push(server);
    const findings = await ofFile([{ management_api_url: server.origin }, {
      inference_api_url: server.origin,
      limti: 3,
    }, {
      limit: 2,
    }]);
    assert.equal(findings[0]?.id, "configuration");
    assert.ok(findings.some(({ id, level }) => id === "other_program" && level === "wrong"), JSON.stringify(findings));
  });

  it("shows findings with their marks, evidence and remedy, each on lines of its own", () => {
    const finding: Finding = {
      id: "stopped",
      level: "wrong",
      message: "It is\nnot running",
      evidence: ["one\u001b[2J"],
      remedy: "start it",
      instances: [],
    };
    assert.equal(
      renderText([finding, { ...finding, level: "fine", message: "All is well", evidence: [] }], (_, text) => text),
      "✗ It is not running\n    one [2J\n    What to do: start it\n✓ All is well\n",
    );
    assert.deepEqual(JSON.parse(renderJson([finding])), { findings: [finding] });
  });

  it("knows a title, a meaning and a remedy for each kind of finding", () => {
    for (const [id, { title, meaning }] of Object.entries(FINDINGS)) {
      assert.match(title, /^[A-Z]/, id);
      assert.match(meaning, /\.$/, id);
    }
  });
});
