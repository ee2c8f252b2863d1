import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runCheck } from "../../plugin/run/mod.ts";
import { validateInstance } from "../../plugin/config/mod.ts";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { csvRows } from "../../plugin/catalogue/csv.ts";
import type { Report, State } from "../../plugin/report/report.ts";
import { checkInference } from "../../plugin/checks/inference.ts";
import { checkWith } from "../support/check.ts";
import { FakeHttp } from "../support/fake_http.ts";

const directory = mkdtempSync(join(tmpdir(), "torchserve-check-extended-"));
after(() => rmSync(directory, { recursive: true }));

const run = async (instance: Record<string, unknown>, state?: State): Promise<Report> => {
  const result = await validateInstance({ timeout: 5, ...instance }, {});
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return await runCheck({ config: result.config, issues: result.issues, hostStartSeconds: 0, state });
};
/** `name{own tags} value` of what only extended_metrics submits. */
const submitted = (report: Report, prefix: string) =>
  report.metrics.filter(({ name }) => name.startsWith(prefix)).map(({ name, tags, value }) => {
    const own = tags.filter((tag) => !/_api_url:|worker_pid:|worker_id:/.test(tag)).join(",");
    return `${name.slice("torchserve.".length)}{${own}} ${value}`;
  });
const checkOf = (report: Report, name: string) =>
  report.service_checks.filter((check) => check.name === `torchserve.${name}`);

describe("extended_metrics", () => {
  let emulator: Emulator;
  let healthy: Emulator;
  let aheadMs = 0;
  before(async () => {
    healthy = await startEmulator({ metricTimeInterval: 0, models: [{ name: "alpha" }] });
    emulator = await startEmulator({
      metricTimeInterval: 0,
      now: () => Date.now() + aheadMs,
      models: [
        {
          name: "alpha",
          workers: 1,
          minWorkers: 2,
          gpuUsage: "gpuId::3 utilization.gpu::80 % utilization.memory::70 % memory.used::5,120 MiB",
          remainingCapacity: 90,
          pendingRequests: 10,
        },
        { name: "broken", broken: true },
      ],
    });
  });
  after(async () => {
    await emulator.close();
    await healthy.close();
  });
  const crawl = (more: object = {}, state?: State) =>
    run({ management_api_url: emulator.managementUrl, extended_metrics: true, ...more }, state);

  it("is off by default", async () => {
    const report = await run({ management_api_url: emulator.managementUrl });
    assert.deepEqual(submitted(report, "torchserve.management_api.model.queue"), []);
    assert.deepEqual(report.service_checks.map(({ name }) => name), ["torchserve.management_api.health"]);
    assert.deepEqual(report.metadata, {});
    assert.equal(report.state?.["workers"], undefined);
  });

  it("submits queues, missing workers, uptime, GPU use and latency of a model", async () => {
    const report = await crawl();
    const own = "model_name:alpha,model_version:1.0";
    assert.deepEqual(
      [
        "torchserve.management_api.model.queue",
        "torchserve.management_api.model.workers.missing",
        "torchserve.management_api.model.worker.gpu",
      ].flatMap((prefix) => submitted(report, prefix)).filter((line) => line.includes("alpha")),
      [
        `management_api.model.queue.remaining{${own}} 90`,
        `management_api.model.queue.pending{${own}} 10`,
        `management_api.model.workers.missing{${own}} 1`,
        `management_api.model.worker.gpu.utilization{${own},gpu_id:3} 80`,
        `management_api.model.worker.gpu.memory.utilization{${own},gpu_id:3} 70`,
        `management_api.model.worker.gpu.memory.used{${own},gpu_id:3} 5120`,
      ],
    );
    const latencies = report.metrics.filter(({ name }) => name.endsWith("request.latency"));
    assert.deepEqual(latencies.map(({ tags }) => tags.at(-1)), ["operation:list_models", "operation:describe_model"]);
    assert.ok(latencies.every(({ value }) => value > 0 && value < 5_000));
    assert.deepEqual(report.metadata, { version: "0.12.0" });
  });

  it("tells how long ago workers were set up", async () => {
    const report = await crawl();
    const [uptime] = report.metrics.filter(({ name }) => name === "torchserve.management_api.model.worker.uptime");
    assert.ok(uptime !== undefined && uptime.value >= 0 && uptime.value < 60, String(uptime?.value));
  });

  it("judges each version, and sees a crash-looping worker from run to run", async () => {
    const first = await crawl();
    const [alpha, broken] = checkOf(first, "management_api.model.health");
    assert.equal(alpha?.status, 1);
    assert.deepEqual(alpha?.tags.slice(-2), ["model_name:alpha", "model_version:1.0"]);
    assert.equal(broken?.status, 2);
    assert.match(broken?.message ?? "", /UNLOADING/);
    aheadMs += 10_000;
    const state = JSON.parse(JSON.stringify(first.state));
    for (const more of [{}, { interval: 3_600 }]) {
      const next = await crawl(more, state);
      const [, again] = checkOf(next, "management_api.model.health");
      assert.match(again?.message ?? "", /crash-looping: .*started anew/);
      assert.equal(again?.status, 2);
      assert.equal(next.service_checks[0]?.status, 0, "the API itself is healthy");
    }
  });

  it("starts afresh from a state whose memory is nonsense", async () => {
    const { state } = await crawl();
    for (const workers of ["x", [["alpha"]], [["alpha", "1.0", [[1, 2, 3]]]]]) {
      const report = await crawl({}, { ...state, workers });
      assert.equal(report.status, "ok");
      assert.equal(checkOf(report, "management_api.model.health").length, 2);
    }
  });

  it("gives latency and version of the inference API", async () => {
    const report = await run({ inference_api_url: healthy.inferenceUrl, extended_metrics: true });
    assert.match(
      submitted(report, "torchserve.inference_api").join(),
      /^inference_api\.request\.latency\{operation:ping\} \d/,
    );
    assert.deepEqual(report.metadata, { version: "0.12.0" });
  });

  it("goes on without a version", async () => {
    const clear = healthy.faults.add({ method: "OPTIONS", status: 405 });
    const report = await run({ inference_api_url: healthy.inferenceUrl, extended_metrics: true });
    clear();
    assert.equal(report.status, "ok");
    assert.match(report.warnings[0]?.message ?? "", /version is not known/);
  });

  it("has a row in the catalogue for every metric and service check", async () => {
    const rows = csvRows(readFileSync(new URL("../../metadata.csv", import.meta.url), "utf8"));
    const known = new Set(rows.map((row) => row["metric_name"]));
    const checks: { check: string }[] = JSON.parse(
      readFileSync(new URL("../../assets/service_checks.json", import.meta.url), "utf8"),
    );
    const probed = { inference_api_url: healthy.inferenceUrl, inference_probe: { model: "alpha" } };
    for (const report of [await crawl(), await run({ ...probed, extended_metrics: true })]) {
      assert.ok(report.metrics.length >= 2);
      assert.deepEqual(report.metrics.map(({ name }) => name).filter((name) => !known.has(name)), []);
      const names = new Set(report.service_checks.map(({ name }) => name));
      assert.deepEqual([...names].filter((name) => !checks.some(({ check }) => check === name)), []);
    }
  });
});

describe("inference_probe", () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator({
      metricTimeInterval: 0,
      models: [
        { name: "echo me" },
        { name: "echo me", version: "2/0" },
        { name: "slow", predictMs: 20_000 },
        { name: "idle", workers: 0 },
      ],
    });
  });
  after(() => emulator.close());
  const probe = (options: object, more: object = {}) =>
    run({ inference_api_url: emulator.inferenceUrl, inference_probe: { model: "echo me", ...options }, ...more });
  const outcome = (report: Report) => {
    const [check] = checkOf(report, "inference_api.probe");
    return [report.status, check?.status, check?.message];
  };
  const latency = (report: Report) =>
    report.metrics.filter(({ name }) => name === "torchserve.inference_api.probe.latency");

  it("posts its body to the model, and submits time and success", async () => {
    const report = await probe({
      body: "hello ü",
      content_type: "text/plain",
      expect_body: "^hello \\w$",
      expect_status: 200,
    });
    assert.deepEqual(outcome(report), ["ok", 0, undefined]);
    assert.deepEqual(latency(report).map(({ tags }) => tags), [
      [`inference_api_url:${emulator.inferenceUrl}`, "model_name:echo me"],
    ]);
    const last = emulator.requests.log.findLast(({ method }) => method === "POST");
    assert.equal(last?.target, "/predictions/echo%20me");
    assert.equal(last?.headers.get("content-type"), "text/plain");
  });

  it("reads its body from a file", async () => {
    const path = join(directory, "body.bin");
    writeFileSync(path, new Uint8Array([0x68, 0x69]));
    assert.deepEqual(outcome(await probe({ body_file: path, expect_body: "^hi$" })), ["ok", 0, undefined]);
  });

  it("is UNKNOWN when the file cannot be read", async () => {
    for (
      const [path, reason] of [[join(directory, "none"), /does not exist/], [directory, /is a directory/]] as const
    ) {
      const report = await probe({ body_file: path });
      assert.equal(report.status, "partial");
      assert.equal(report.warnings[0]?.code, "config");
      assert.match(report.warnings[0]?.message ?? "", reason);
      assert.equal(checkOf(report, "inference_api.probe")[0]?.status, 3);
      assert.equal(report.service_checks[0]?.status, 0);
    }
  });

  it("is UNKNOWN when the file is not read in time", async () => {
    const report = await checkWith(
      checkInference,
      { inference_api_url: "http://ts:8080", inference_probe: { model: "m", body_file: join(directory, "body.bin") } },
      new FakeHttp({ "/ping": { body: '{"status":"Healthy"}' } }),
      { deadlineMs: 0 },
    );
    assert.equal(report.warnings[0]?.code, "timeout");
    assert.match(report.warnings[0]?.message ?? "", /^inference_probe: body_file .*body\.bin was not read in time/);
    assert.deepEqual(report.service_checks.map(({ name, status }) => [name, status]), [["ns.health", 0], [
      "ns.probe",
      3,
    ]]);
  });

  const failures = [
    ["another status", { model: "idle" }, "http", /answered 503.*; expected was a 2xx/],
    ["a status that is not the expected one", { expect_status: 503 }, "http", /answered 200.*; expected was 503/],
    ["a model that is missing", { model: "none" }, "http", /404.*Model not found: none/],
    ["a version that is missing", { version: 9 }, "http", /404/],
    [
      "a body that does not match",
      { body: "hello", expect_body: "(?i)BYE" },
      "parse",
      /5 bytes that expect_body does not match/,
    ],
    ["an answer that is late", { model: "slow", timeout: 0.05 }, "timeout", /did not answer within 0.05 s/],
  ] as const;
  for (const [name, options, code, message] of failures) {
    it(`is CRITICAL for ${name}, and the API stays healthy`, async () => {
      const startMs = performance.now();
      const report = await probe(options);
      assert.ok(performance.now() - startMs < 15_000);
      assert.equal(report.status, "partial");
      assert.equal(report.error, undefined);
      assert.equal(report.warnings[0]?.code, code);
      assert.match(report.warnings[0]?.message ?? "", message);
      const checks = report.service_checks.map(({ name, status }) => [name, status]);
      assert.deepEqual(checks, [["torchserve.inference_api.health", 0], ["torchserve.inference_api.probe", 2]]);
      assert.ok(!JSON.stringify(report).includes("hello"), "answers are not shown");
    });
  }

  it("expects another status, if it is told to", async () => {
    assert.deepEqual(outcome(await probe({ model: "idle", expect_status: 503 })), ["ok", 0, undefined]);
  });

  it("is not sent when the ping fails", async () => {
    const clear = emulator.faults.add({ path: "/ping", status: 500 });
    const before = emulator.requests.count();
    const report = await probe({});
    clear();
    assert.equal(emulator.requests.count() - before, 1);
    assert.equal(report.status, "error");
    assert.match(checkOf(report, "inference_api.probe")[0]?.message ?? "", /^not sent: /);
    assert.equal(checkOf(report, "inference_api.probe")[0]?.status, 2);
  });

  it("carries the token", async () => {
    const locked = await startEmulator({ metricTimeInterval: 0, tokenAuth: { directory } });
    const { inferenceUrl, keyFile } = locked;
    const [model] = locked.models.names();
    const report = await run({ inference_api_url: inferenceUrl, token_key_file: keyFile, inference_probe: { model } });
    await locked.close();
    assert.deepEqual(outcome(report), ["ok", 0, undefined]);
  });

  for (
    const [name, options, path] of [
      ["body and body_file", { body: "a", body_file: "b" }, "instance.inference_probe"],
      ["a pattern that is none", { expect_body: "(" }, "instance.inference_probe.expect_body"],
      ["a status that is none", { expect_status: 99 }, "instance.inference_probe.expect_status"],
      ["a timeout of nothing", { timeout: 0 }, "instance.inference_probe.timeout"],
      ["no model", { model: "" }, "instance.inference_probe.model"],
    ] as const
  ) {
    it(`cannot have ${name}`, async () => {
      const instance = { inference_api_url: "http://ts:8080", inference_probe: { model: "m", ...options } };
      const { ok, issues } = await validateInstance(instance, {});
      assert.equal(ok, false);
      assert.deepEqual(issues.map(({ path }) => path), [path]);
    });
  }
});
