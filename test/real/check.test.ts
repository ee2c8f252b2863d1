import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as v from "valibot";
import { messageSchemas } from "../../plugin/protocol/schemas.ts";
import { loadCatalogue } from "../../plugin/catalogue/mod.ts";
import { BINARY, PluginProcess, request, runPlugin } from "../support/plugin_process.ts";
import { prepare, type RealTorchServe, start } from "./torchserve.ts";

type Report = v.InferOutput<typeof messageSchemas.report>;
const reply = v.object({ result: messageSchemas.report });
const reportOf = (message: unknown): Report => v.parse(reply, message).result;

/** One run in a process of its own. */
async function runOnce(instance: object, params: object = {}): Promise<Report> {
  const { status, stdout, stderr } = await runPlugin(BINARY, request("check/run", { instance, ...params }));
  assert.equal(status, 0, stderr);
  return reportOf(JSON.parse(stdout));
}

const modelNames = (report: Report) =>
  report.metrics.filter(({ name }) => name === "torchserve.management_api.model.versions")
    .map(({ tags }) => tags.find((tag) => tag.startsWith("model_name:"))?.slice(11)).sort();
const valueOf = (report: Report, name: string, ...tags: string[]) =>
  report.metrics.find((metric) => metric.name === name && tags.every((tag) => metric.tags.includes(tag)))?.value;

describe("the check on a real TorchServe 0.12.0", () => {
  let server: RealTorchServe;
  let directory: string;
  const manage = async (method: string, path: string) => {
    const response = await fetch(`${server.managementUrl}${path}`, { method });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  };
  const register = (name: string) =>
    manage("POST", `/models?url=beta.mar&model_name=${encodeURIComponent(name)}&initial_workers=0`);

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "real-"));
    server = await start(await prepare());
    await manage("POST", "/models?url=alpha_v2.mar&initial_workers=1&synchronous=true");
    for (let i = 0; i < 5; i++) {
      await fetch(`${server.inferenceUrl}/predictions/alpha`, { method: "POST", body: "x" }).then((r) => r.text());
    }
    for (let i = 0; i < 3; i++) {
      await fetch(`${server.inferenceUrl}/predictions/nope`, { method: "POST", body: "x" }).then((r) => r.text());
    }
  });
  after(async () => {
    await server?.stop();
    await rm(directory, { recursive: true });
  });

  const instances = () => ({
    metrics: { openmetrics_endpoint: server.metricsUrl },
    inference: { inference_api_url: server.inferenceUrl },
    management: { management_api_url: server.managementUrl },
  });

  it("shows a person the three endpoints of two models with three versions", async () => {
    const { status, stdout } = await runPlugin(BINARY, JSON.stringify({ instances: Object.values(instances()) }), {
      args: ["--instance", "-"],
    });
    assert.equal(status, 0, stdout);
    for (const name of ["openmetrics", "inference_api", "management_api"]) {
      assert.match(stdout, new RegExp(`OK +torchserve\\.${name}\\.health`));
    }
    assert.match(stdout, /torchserve\.openmetrics\.memory\.available +[\d.]+ [kMGT]B\n/);
    assert.match(stdout, /^ +alpha +2\.0 +1\/1 .* OK$/m);
  });

  it("scrapes predictions and errors, with the catalogue's names only", async () => {
    const report = await runOnce(instances().metrics);
    assert.equal(report.status, "ok");
    assert.equal(
      valueOf(report, "torchserve.openmetrics.inference.count", "model_name:alpha", "model_version:default"),
      5,
    );
    assert.ok((valueOf(report, "torchserve.openmetrics.requests.4xx.count", "level:Host") ?? 0) >= 3);
    const catalogue = await loadCatalogue();
    for (const { name, tags } of report.metrics) {
      assert.ok(catalogue.has(name), name);
      assert.ok(!tags.some((tag) => /^hostname:/i.test(tag)));
    }
  });

  it("gives the same first values connected and one by one", async () => {
    const flush = (report: Report) => report.metrics.find(({ type }) => type === "monotonic_count")?.flush_first_value;
    const first = await runOnce(instances().metrics);
    const second = await runOnce(instances().metrics, { state: first.state });
    const talk = new PluginProcess(BINARY);
    const connected = [
      await talk.ask("check/run", { instance: instances().metrics }),
      await talk.ask("check/run", { instance: instances().metrics }),
    ];
    await talk.finish();
    assert.deepEqual([first, second].map(flush), [false, true]);
    assert.deepEqual(connected.map(reportOf).map(flush), [false, true]);
  });

  it("crawls versions and workers", async () => {
    const report = await runOnce(instances().management);
    assert.equal(report.status, "ok");
    assert.deepEqual(modelNames(report), ["alpha", "beta"]);
    assert.equal(valueOf(report, "torchserve.management_api.models"), 2);
    assert.equal(valueOf(report, "torchserve.management_api.model.versions", "model_name:alpha"), 2);
    const isDefault = (version: string) =>
      valueOf(
        report,
        "torchserve.management_api.model.version.is_default",
        "model_name:alpha",
        `model_version:${version}`,
      );
    assert.deepEqual([isDefault("1.0"), isDefault("2.0")], [1, 0]);
    const workers = report.metrics.filter(({ name }) => name === "torchserve.management_api.model.worker.status");
    assert.deepEqual(workers.map(({ value }) => value), [1, 1, 1]);
    // TorchServe measures it once a minute; until then it is 0.
    assert.notEqual(valueOf(report, "torchserve.management_api.model.worker.memory_usage"), undefined);
  });

  it("tells events across restarts, by state and by state_dir, and in a connected process", async () => {
    const params = { instance: instances().management, check_id: "torchserve:real", hostname: "here" };
    const initialize = request("initialize", { protocol_version: 1, state_dir: directory }, 0);
    const byDirectory = async () =>
      reportOf(
        JSON.parse((await runPlugin(BINARY, initialize + request("check/run", params))).stdout.split("\n")[1] ?? ""),
      );
    const talk = new PluginProcess(BINARY);
    const connected = async () => reportOf(await talk.ask("check/run", params));
    let state: unknown;
    const byState = async () => {
      const report = await runOnce(instances().management, { state, hostname: "here" });
      state = report.state;
      return report;
    };
    const all = async () =>
      [await byDirectory(), await connected(), await byState()].map(({ events }) =>
        events.map(({ msg_text: text }) => text)
      );
    assert.deepEqual(await all(), [[], [], []]);
    await register("gamma");
    const added = ["The model [gamma] has been added with the file [beta.mar]."];
    assert.deepEqual(await all(), [added, added, added]);
    await manage("PUT", "/models/alpha/2.0/set-default");
    const changed = [
      "A new default version has been set for the model [alpha], from file [alpha_v1.mar] to file [alpha_v2.mar].",
    ];
    assert.deepEqual(await all(), [changed, changed, changed]);
    await manage("DELETE", "/models/gamma/1.0");
    await manage("PUT", "/models/alpha/1.0/set-default");
    const back = changed.map((text) => text.replace(/alpha_v1(.*)alpha_v2/, "alpha_v2$1alpha_v1"));
    const removed = ["The model [gamma] has been removed."];
    for (const texts of await all()) assert.deepEqual([...texts].sort(), [...back, ...removed].sort());
    assert.deepEqual(await all(), [[], [], []]);
    await talk.finish();
  });

  it("describes models whatever their names, and says which TorchServe cannot", async () => {
    const names = ["a b", "50%", "what?", "für"];
    for (const name of [...names, "x/y"]) await register(name);
    const report = await runOnce(instances().management);
    assert.deepEqual(modelNames(report), [...names, "alpha", "beta"].sort());
    assert.equal(valueOf(report, "torchserve.management_api.models"), 7);
    assert.equal(report.status, "partial");
    assert.deepEqual(report.warnings.map(({ code }) => code), ["http"]);
    assert.match(report.warnings[0]?.message ?? "", /"x\/y" was skipped.*no model whose name has a/);
    for (const name of names) await manage("DELETE", `/models/${encodeURIComponent(name)}`);
  });

  it("finds 105 models over two pages", async () => {
    const before = modelNames(await runOnce(instances().management)).length;
    const listed = valueOf(await runOnce(instances().management), "torchserve.management_api.models") ?? 0;
    for (let i = listed; i < 105; i++) await register(`m_${i}`);
    const report = await runOnce({ ...instances().management, limit: 200 });
    assert.equal(valueOf(report, "torchserve.management_api.models"), 105);
    assert.equal(modelNames(report).length, 105 - (listed - before));
    const limited = await runOnce(instances().management);
    assert.ok(modelNames(limited).length >= 99);
    assert.ok(
      limited.warnings.some(({ code, message }) => code === "limit" && /limit 100, seen 105, dropped 5/.test(message)),
    );
  });

  it("says that the server is down once it is", async () => {
    await server.stop();
    for (const [kind, instance] of Object.entries(instances())) {
      const report = await runOnce(instance);
      assert.equal(report.error?.code, "connect", kind);
      assert.deepEqual(report.service_checks.map(({ status }) => status), [2]);
    }
  });
});
