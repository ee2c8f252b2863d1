import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import { parseMetricsYaml } from "../../plugin/torchserve/metrics_yaml.ts";
import { DEFAULT_DECLARATIONS, findMetricsConfig, readMetricsConfig } from "../../plugin/torchserve/settings.ts";

const directory = mkdtempSync(join(tmpdir(), "metrics-config-"));
after(() => rmSync(directory, { recursive: true, force: true }));
const bounds = { deadlineMs: Infinity };

/** In the form of TorchServe's documentation. */
const YAML = `dimensions:
  - &model_name "ModelName"
  - &level "Level"
  - &hostname "host"

ts_metrics:
  counter:
    - name: NewRequests
      unit: Count
      dimensions: [*level, *hostname]
  histogram:
    - &queue
      name: QueueTime
      unit: Milliseconds
      dimensions: &dimensions [*level, "Hostname"]

model_metrics:
  counter:
    - name: PostprocessCallCount
      unit: CallCount
      dimensions: [*model_name, *level]
  gauge:
    - name: RequestBatchSize
      unit: count
      dimensions: [*model_name]
    - name: HandlerTime
      dimensions: *dimensions
  histogram:
    - name: ExamplePercentMetric
      unit: percent
`;

function parsed(text: string) {
  const metrics = parseMetricsYaml(text);
  assert.ok(typeof metrics === "object", String(metrics));
  return metrics;
}

const kinds = (text: string) =>
  [...parsed(text)].filter(([name, declaration]) => DEFAULT_DECLARATIONS.get(name) !== declaration)
    .map(([name, { kind, hostLabel }]) => `${name} ${kind} ${hostLabel}`);

describe("parseMetricsYaml()", () => {
  it("gives the types, and what the host is called", () => {
    assert.deepEqual(kinds(YAML).sort(), [
      "ExamplePercentMetric histogram Hostname",
      "HandlerTime gauge Hostname",
      "NewRequests counter host",
      "PostprocessCallCount counter Hostname",
      "QueueTime histogram Hostname",
      "RequestBatchSize gauge Hostname",
    ]);
    assert.equal(parsed(YAML).get("Requests2XX")?.kind, "counter");
  });

  it("passes over what is odd in it", () => {
    const odd = "ts_metrics: {counter: [{name: a}, 1, null, {name: 7}, {name: ''}], rate: [{name: b}], gauge: x}\n" +
      "model_metrics:\nother: {counter: [{name: c}]}\n1: 2\n";
    assert.deepEqual(kinds(odd), ["a counter Hostname"]);
    assert.deepEqual(kinds("ts_metrics: {gauge: [{name: __proto__}, {name: constructor}]}"), [
      "__proto__ gauge Hostname",
      "constructor gauge Hostname",
    ]);
  });

  it("refuses what is no such file", () => {
    for (const text of ["", "a", "[1]", "a: b", "null", "ts_metrics: 1"]) {
      assert.equal(parseMetricsYaml(text), "expected a mapping with ts_metrics and model_metrics", text);
    }
    for (const text of ["a: [", "a: *b\nts_metrics: {counter: [}", "[".repeat(50_000), "a: {".repeat(20_000)]) {
      assert.equal(parseMetricsYaml(text), "is not valid YAML", text.slice(0, 20));
    }
    fc.assert(fc.property(fc.string(), (text) => assert.equal(typeof parseMetricsYaml(text), "string")));
  });

  it("does not mind many aliases", () => {
    const items = Array.from({ length: 2_000 }, (_, i) => `    - {name: m${i}, dimensions: [*l, *h]}\n`).join("");
    assert.equal(kinds(`d: [&l Level, &h host]\nts_metrics:\n  gauge:\n${items}`).length, 2_000);
    const bomb = "a: &a [x,x]\n" +
      Array.from(
        { length: 60 },
        (_, i) =>
          `b${i}: &${i === 59 ? "z" : `b${i}`} [*${i === 0 ? "a" : `b${i - 1}`}, *${i === 0 ? "a" : `b${i - 1}`}]\n`,
      ).join("");
    assert.deepEqual(kinds(`${bomb}ts_metrics: {gauge: *z}`), []);
  });
});

describe("readMetricsConfig()", () => {
  it("says why a file cannot be read", async () => {
    const path = join(directory, "metrics.yaml");
    const problem = (path: string) => readMetricsConfig(path, bounds).then(() => "", (error: Error) => error.message);
    assert.equal(await problem(path), `${path}: does not exist`);
    assert.equal(await problem(directory), `${directory}: is a directory`);
    writeFileSync(path, "[");
    assert.equal(await problem(path), `${path}: is not valid YAML`);
    writeFileSync(path, "#".repeat(300_000));
    assert.match(await problem(path), /: has 300000 bytes; at most 262144 are read$/);
    writeFileSync(path, YAML);
    assert.equal(await problem(path), "");
  });

  it("keeps the deadline and a cancel", { skip: process.platform === "win32" ? "no named pipes" : false }, async () => {
    const pipe = join(directory, "pipe");
    execFileSync("mkfifo", [pipe]);
    await assert.rejects(
      readMetricsConfig(pipe, { deadlineMs: performance.now() + 30 }),
      /^MetricsConfigError: .*pipe: the run's deadline was reached$/,
    );
    await assert.rejects(readMetricsConfig(pipe, { ...bounds, signal: AbortSignal.abort() }), /^OutOfTimeError/);
  });
});

describe("findMetricsConfig()", () => {
  it("goes by config.properties where TorchServe was started", async () => {
    const logs = join(directory, "server", "logs");
    mkdirSync(logs, { recursive: true });
    assert.equal(await findMetricsConfig(logs, bounds), undefined);
    const properties = join(directory, "server", "config.properties");
    writeFileSync(properties, "metrics_mode=log\n");
    assert.equal(await findMetricsConfig(logs, bounds), undefined);
    writeFileSync(properties, "metrics_mode=log\nmetrics_config=./my/metrics.yaml\n");
    assert.equal(await findMetricsConfig(logs, bounds), join(directory, "server", "my", "metrics.yaml"));
    writeFileSync(properties, "metrics_config=/etc/ts/metrics.yaml\n");
    assert.equal(await findMetricsConfig(logs, bounds), "/etc/ts/metrics.yaml");
    writeFileSync(properties, "metrics_config=\n");
    assert.equal(await findMetricsConfig(logs, bounds), undefined);
  });
});
