import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { FollowedDirectory, line } from "./metrics_log_support.ts";

const CUSTOM = ["RequestBatchSize", "PostprocessCallCount", "ExamplePercentMetric"];
const YAML = `model_metrics:
  counter: [{name: PostprocessCallCount, unit: CallCount, dimensions: [ModelName]}]
  gauge: [{name: RequestBatchSize, unit: count, dimensions: [ModelName]}]
  histogram: [{name: ExamplePercentMetric, unit: percent, dimensions: [ModelName]}]
`;

/** The logs of TorchServe's example of custom metrics, in the directory `logs` of where it was started. */
function customMetrics(options: Record<string, unknown> = {}): FollowedDirectory {
  const log = new FollowedDirectory({ extra_metrics: CUSTOM, ...options }, "beginning", "logs");
  const model = "ModelName:mnist";
  log.append(line("RequestBatchSize.count", "4.0", model) + line("RequestBatchSize.count", "2.0", model));
  log.append(line("PostprocessCallCount.CallCount", "1.0", model).repeat(2));
  return log.append(line("ExamplePercentMetric.percent", "50.0", model));
}

const types = async (log: FollowedDirectory) =>
  (await log.run()).metrics.filter(({ name }) => !/bucket/.test(name)).map(({ name, type, value }) =>
    `${name} ${type} ${value}`
  ).sort();

const FROM_YAML = [
  "ns.ExamplePercentMetric.count count 1",
  "ns.ExamplePercentMetric.sum count 50",
  "ns.PostprocessCallCount.count count 2",
  "ns.RequestBatchSize gauge 2",
];
const FROM_UNITS = [
  "ns.ExamplePercentMetric gauge 50",
  "ns.PostprocessCallCount gauge 1",
  "ns.RequestBatchSize.count count 6",
];

describe("the types of custom metrics", () => {
  it("are those of the metrics.yaml that config.properties names where TorchServe was started", async () => {
    const log = customMetrics();
    writeFileSync(join(log.directory, "..", "config.properties"), "metrics_config=conf/metrics.yaml\n");
    mkdirSync(join(log.directory, "..", "conf"));
    writeFileSync(join(log.directory, "..", "conf", "metrics.yaml"), YAML);
    assert.deepEqual(await types(log), FROM_YAML);
    assert.deepEqual((await log.run()).warnings, []);
  });

  it("follow from units otherwise, which is told once", async () => {
    const log = customMetrics();
    const report = await log.run();
    assert.equal(report.status, "ok");
    assert.deepEqual(report.warnings, [{
      code: "config",
      message: "only the unit tells what these metrics are: RequestBatchSize (unit count: counter), " +
        "PostprocessCallCount (unit CallCount: gauge), ExamplePercentMetric (unit percent: gauge); give each a type in " +
        "extra_metrics, or name TorchServe's metrics.yaml: metrics_log: {metrics_config: FILE}",
    }]);
    log.append(line("PostprocessCallCount.CallCount", 1, "ModelName:other"));
    assert.deepEqual((await log.run()).warnings, []);
    assert.deepEqual(await types(customMetrics()), FROM_UNITS);
  });

  it("are what extra_metrics says, without a warning", async () => {
    const log = customMetrics({
      extra_metrics: [{
        RequestBatchSize: { type: "gauge" },
        PostprocessCallCount: { type: "counter" },
        ExamplePercentMetric: { type: "histogram" },
      }],
    });
    assert.deepEqual(await types(log), FROM_YAML);
    assert.deepEqual((await log.run()).warnings, []);
  });

  it("follow from units where the file that config.properties names cannot be read, which is told", async () => {
    const log = customMetrics();
    writeFileSync(join(log.directory, "..", "config.properties"), "metrics_config=gone.yaml\n");
    const report = await log.run();
    assert.deepEqual([report.status, report.warnings.length], ["ok", 2]);
    assert.match(
      report.warnings[0]?.message ?? "",
      /metrics configuration cannot be read.*gone\.yaml: does not exist$/,
    );
  });

  it("are those of the metrics.yaml that the configuration names", async () => {
    const log = customMetrics();
    writeFileSync(join(log.directory, "..", "config.properties"), "metrics_config=gone.yaml\n");
    const path = join(log.directory, "custom.yaml");
    writeFileSync(path, YAML);
    log.settings = { metrics_config: path };
    assert.deepEqual(await types(log), FROM_YAML);
  });

  it("leave the run partial where that cannot be read, and the rest is collected", async () => {
    const log = customMetrics();
    log.settings = { metrics_config: join(log.directory, "gone.yaml") };
    const report = await log.run();
    assert.equal(report.status, "partial");
    assert.match(
      report.warnings[0]?.message ?? "",
      /metrics configuration cannot be read, .*gone\.yaml: does not exist$/,
    );
    assert.equal(report.metrics.length, 3);
  });

  it("of TorchServe's own metrics change with it, too", async () => {
    const log = new FollowedDirectory({}, "beginning");
    const path = join(log.directory, "custom.yaml");
    writeFileSync(path, "model_metrics: {histogram: [{name: PredictionTime, unit: ms, dimensions: [ModelName]}]}\n");
    log.settings = { metrics_config: path };
    log.append(line("PredictionTime.ms", 3, "ModelName:a") + line("PredictionTime.ms", 4, "ModelName:a"));
    log.append(line("Requests2XX.Count", 2));
    assert.deepEqual(await types(log), [
      "ns.prediction_time.count count 2",
      "ns.prediction_time.sum count 7",
      "ns.requests.2xx.count count 2",
    ]);
  });
});
