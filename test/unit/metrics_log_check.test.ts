import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { checkMetricsLog } from "../../plugin/checks/metrics_log.ts";
import type { Report } from "../../plugin/report/report.ts";
import { checkWith, lines } from "../support/check.ts";
import { FakeHttp } from "../support/fake_http.ts";
import { FollowedDirectory, line, LINE_SECONDS, requests, temporaryDirectory } from "./metrics_log_support.ts";

const fixtures = fileURLToPath(new URL("../../../shared/fixtures/torchserve-0.12.0/logs/", import.meta.url));

const health = ({ service_checks }: Report) =>
  service_checks.map(({ name, status, message }) => [name, status, message]);
const warnings = (report: Report) => report.warnings.map(({ code, message }) => `${code}: ${message}`);
const check = (metricsLog: unknown) => checkWith(checkMetricsLog, { metrics_log: metricsLog }, new FakeHttp({}));

describe("the logs of a real TorchServe", { skip: existsSync(fixtures) ? false : "no shared folder" }, () => {
  it("give the metrics of the catalogue", async () => {
    const log = new FollowedDirectory({ tag_by_endpoint: true, tags: ["env:test"] });
    for (const name of ["ts_metrics.log", "model_metrics.log"]) copyFileSync(`${fixtures}${name}`, log.path(name));
    log.nowMs = 1_795_395_240_000;
    const report = await log.run();
    assert.equal(report.status, "ok");
    assert.equal(report.stats.samples, 81);
    assert.deepEqual(health(report), [["ns.health", 0, undefined]]);
    const common = `endpoint:${log.directory},env:test`;
    assert.deepEqual(lines(report), [
      `ns.cpu.utilization{${common},level:Host} 0`,
      `ns.disk.available{${common},level:Host} 73.80112838745117`,
      `ns.disk.used{${common},level:Host} 17.27597427368164`,
      `ns.disk.utilization{${common},level:Host} 19`,
      `ns.inference.count{${common},model_name:alpha,model_version:default} 1`,
      `ns.inference.latency.count{${common},model_name:alpha,model_version:default} 6652.631`,
      `ns.memory.available{${common},level:Host} 22428.12890625`,
      `ns.memory.used{${common},level:Host} 1370.22265625`,
      `ns.memory.utilization{${common},level:Host} 7`,
      `ns.prediction_time{${common},level:Model,model_name:alpha} 0.23`,
      `ns.queue.latency.count{${common},model_name:alpha,model_version:default} 404.751`,
      `ns.queue.time{${common},level:Host} 0`,
      `ns.requests.2xx.count{${common},level:Host} 6`,
      `ns.requests.4xx.count{${common},level:Host} 8`,
      `ns.worker.load_time{${common},level:Host,worker_name:W-9500-alpha_1.0} 1858`,
      `ns.worker.load_time{${common},level:Host,worker_name:W-9501-alpha_1.0} 1833`,
      `ns.worker.thread_time{${common},level:Host} 2`,
    ]);
    assert.deepEqual(
      [...new Set(report.metrics.map(({ name, type }) => `${name.endsWith(".count")} ${type}`))].sort(),
      ["false gauge", "true count"],
    );
  });
});

describe("a first run", () => {
  it("starts at the end: gauges have their last value, counters count from now on", async () => {
    const log = new FollowedDirectory({}, "end").append(requests(5) + line("CPUUtilization.Percent", 7));
    assert.deepEqual(lines(await log.run()), [
      "ns.cpu.utilization{level:Host} 7",
      "ns.requests.2xx.count{level:Host} 0",
    ]);
    log.append(requests(2));
    assert.equal(await log.requests(), 2);
  });

  it("looks back at the last MiB only, and finishes a line that is half written then", async () => {
    const whole = requests(3);
    const log = new FollowedDirectory({}, "end").append(line("CPUUtilization.Percent", 7));
    log.append(requests().repeat(12_000) + whole.slice(0, 50));
    assert.deepEqual(lines(await log.run()), ["ns.requests.2xx.count{level:Host} 0"]);
    log.append(whole.slice(50));
    assert.equal(await log.requests(), 3);
  });

  it("reads a file from its start that appears after it", async () => {
    const log = new FollowedDirectory({}, "end");
    const first = await log.run();
    assert.equal(first.error?.code, "connect");
    log.append(requests(3));
    assert.equal(await log.requests(), 3);
    log.append(line("PredictionTime.ms", 2, "ModelName:a,Level:Model"), "model_metrics.log");
    assert.equal(await log.value("prediction_time"), 2);
  });

  it("is any run whose state is of other files, or none of ours", async () => {
    const log = new FollowedDirectory({}, "beginning").append(requests(5));
    await log.run();
    const { state } = log;
    for (
      const other of [{}, { version: 1 }, { ...state, version: 3 }, { ...state, series: [["x"]] }, {
        ...state,
        logs: 1,
      }]
    ) {
      log.state = other;
      assert.equal(await log.requests(), 5);
    }
    const elsewhere = new FollowedDirectory({}, "beginning").append(requests(6));
    elsewhere.state = state;
    assert.equal(await elsewhere.requests(), 6);
  });
});

describe("options of the endpoint", () => {
  const model = "model_name:a,model_version:default";

  it("act on names, labels and tags alike", async () => {
    const log = new FollowedDirectory({
      tags: ["env:test"],
      exclude_metrics: ["^CPU", "Requests4XX"],
      extra_metrics: [{ Tokens: { name: "tokens", type: "counter" } }, "^Custom.+"],
      rename_labels: { Level: "lvl" },
      exclude_labels: ["model_version"],
      hostname_label: "hostname",
      hostname_format: "ts-<HOSTNAME>",
    });
    log.append(requests() + line("Requests4XX.Count", 1) + line("CPUUtilization.Percent", 1));
    log.append(line("ts_inference_requests_total.Count", 1, model));
    log.append(line("Tokens.unit", 5, "ModelName:a") + line("CustomA.Count", 1, "") + line("Other.Count", 1));
    const report = await log.run();
    assert.deepEqual(lines(report), [
      "ns.CustomA.count{Hostname:torchserve-0,env:test} 1",
      "ns.inference.count{env:test,hostname:torchserve-0,model_name:a} 1",
      "ns.requests.2xx.count{Hostname:torchserve-0,env:test,lvl:Host} 1",
      "ns.tokens.count{Hostname:torchserve-0,env:test,model_name:a} 5",
    ]);
    assert.deepEqual(report.metrics.map(({ hostname }) => hostname).filter((name) => name !== undefined), [
      "ts-torchserve-0",
    ]);
  });

  it("give totals where a type wants them, and increments as counts", async () => {
    const log = new FollowedDirectory({ extra_metrics: [{ Requests2XX: { name: "r", type: "counter_gauge" } }] });
    await log.append(requests(5)).run();
    const { metrics } = await log.append(requests(2)).run();
    assert.deepEqual(metrics.map(({ name, type, value }) => [name, type, value]), [
      ["ns.r.total", "gauge", 7],
      ["ns.r.count", "count", 2],
    ]);
  });

  it("add counters up that differ in a dropped label only", async () => {
    const log = new FollowedDirectory({ exclude_labels: ["model_version", "hostname"] });
    log.append(line("ts_inference_requests_total.Count", 1, "model_name:a,model_version:1"));
    log.append(line("ts_inference_requests_total.Count", 2, "model_name:a,model_version:2"));
    assert.deepEqual(lines(await log.run()), ["ns.inference.count{model_name:a} 3"]);
  });

  it("make histograms of observations, as counts, ranges or distributions", async () => {
    const type = { extra_metrics: [{ Latency: { name: "latency", type: "histogram" } }] };
    const observe = (options: Record<string, unknown>) =>
      new FollowedDirectory({ ...type, ...options }).append(line("Latency.s", 0.3, "") + line("Latency.s", 20, ""))
        .run();
    const plain = await observe({});
    assert.ok(plain.metrics.every((metric) => metric.type === "count"));
    assert.deepEqual(lines(plain).filter((text) => !text.includes("bucket")), [
      "ns.latency.count{} 2",
      "ns.latency.sum{} 20.3",
    ]);
    assert.ok(lines(plain).includes("ns.latency.bucket{upper_bound:0.5} 1"));
    assert.ok(lines(plain).includes("ns.latency.bucket{upper_bound:0.25} 0"));
    const ranges = await observe({ non_cumulative_histogram_buckets: true });
    assert.ok(lines(ranges).includes("ns.latency.bucket{lower_bound:0.5,upper_bound:0.75} 0"));
    assert.ok(ranges.metrics.every((metric) => metric.type === "count"));
    const distributions = await observe({ histogram_buckets_as_distributions: true });
    assert.deepEqual(
      distributions.histogram_buckets.filter(({ value }) => value > 0).map((bucket) => [
        bucket.value,
        bucket.lower_bound,
        bucket.upper_bound,
        bucket.monotonic,
      ]),
      [[1, 0.25, 0.5, false], [1, 10, "inf", false]],
    );
  });

  it("fail a strict run at a bad line, once", async () => {
    const log = new FollowedDirectory({ strict_parsing: true }).append(requests() + "x - a|#b\n" + requests());
    const report = await log.run();
    assert.equal(report.error?.code, "parse");
    assert.match(report.error?.message ?? "", /^1 line was skipped: .*ts_metrics\.log, byte \d+: expected NAME\.UNIT/);
    assert.deepEqual([report.metrics, health(report)[0]?.[1]], [[], 2]);
    assert.equal(await log.append(requests(2)).requests(), 2);
  });
});

describe("health", () => {
  it("is CRITICAL without any log, with the paths and a remedy", async () => {
    const directory = temporaryDirectory();
    const report = await check(directory);
    assert.equal(report.status, "error");
    assert.deepEqual(report.error, {
      code: "connect",
      message: `${directory}/ts_metrics.log does not exist; ${directory}/model_metrics.log does not exist`,
      hint:
        "start TorchServe with metrics_mode=log; metrics_log is the directory `logs` where TorchServe was started, " +
        "or its METRICS_LOCATION",
    });
    assert.deepEqual(health(report), [["ns.health", 2, report.error?.message]]);
  });

  it("names what stands in the way", async () => {
    const log = new FollowedDirectory().append("");
    const error = async (option: unknown) => {
      const { error } = await check(option);
      return `${error?.code} ${error?.message.split("; ")[0]}`.replaceAll(log.directory, "");
    };
    assert.equal(
      await error(log.path()),
      "config /ts_metrics.log/ts_metrics.log: a part of the path is not a directory",
    );
    assert.equal(await error({ ts_metrics: log.directory }), "config  is not a regular file");
    symlinkSync("gone.log", log.path("link"));
    assert.equal(
      await error({ ts_metrics: log.path("link") }),
      "connect /link is a link to gone.log, which does not exist",
    );
    symlinkSync("loop", log.path("loop"));
    assert.equal(await error({ ts_metrics: log.path("loop") }), "config /loop is a link that leads back to itself");
    assert.equal(await error({ ts_metrics: "/dev/null" }), "config /dev/null is not a regular file");
    symlinkSync("ts_metrics.log", log.path("good"));
    assert.equal(await error({ ts_metrics: log.path("good") }), "undefined undefined");
  });

  it("is OK without model_metrics.log, and WARNING without ts_metrics.log", async () => {
    const log = new FollowedDirectory().append(requests());
    const whole = await log.run();
    assert.deepEqual([whole.status, health(whole)[0]?.[1], warnings(whole)], ["ok", 0, []]);
    rmSync(log.path());
    log.append(line("PredictionTime.ms", 2, "ModelName:a"), "model_metrics.log");
    const half = await log.run();
    assert.deepEqual([half.status, health(half)[0]?.[1]], ["partial", 1]);
    assert.match(warnings(half)[0] ?? "", /^connect: .*ts_metrics\.log does not exist: start TorchServe/);
  });

  it("is WARNING when nothing was written for five minutes; gauges stop, counts do not get lost", async () => {
    const log = new FollowedDirectory().append(requests() + line("CPUUtilization.Percent", 1));
    await log.run();
    log.append(requests(4));
    utimesSync(log.path(), log.nowMs / 1_000, log.nowMs / 1_000);
    log.nowMs += 300_001;
    const report = await log.run();
    assert.deepEqual(lines(report), ["ns.requests.2xx.count{level:Host} 4"]);
    assert.equal(report.status, "partial");
    assert.match(
      warnings(report)[0] ?? "",
      /^empty: nothing was written to .* for 300 s: more than max_silence of metrics_log, 300 s\. TorchServe/,
    );
    assert.equal(health(report)[0]?.[1], 1);
    log.append(line("Requests2XX.Count", 1));
    const again = await log.run();
    assert.deepEqual([again.status, again.metrics.length], ["ok", 2]);
  });

  it("is OK for as long as max_silence allows; gauges go on", async () => {
    for (const seconds of [600.5, 0.5]) {
      const log = new FollowedDirectory().append(requests() + line("CPUUtilization.Percent", 1));
      log.settings = { max_silence: seconds };
      await log.run();
      log.nowMs += seconds * 1_000;
      const within = await log.run();
      assert.deepEqual([within.status, health(within)[0]?.[1], within.metrics.length], ["ok", 0, 2]);
      log.nowMs += 1;
      const beyond = await log.run();
      assert.deepEqual([beyond.status, health(beyond)[0]?.[1], beyond.metrics.length], ["partial", 1, 0]);
      assert.match(warnings(beyond)[0] ?? "", new RegExp(`more than max_silence of metrics_log, ${seconds} s\\.`));
    }
  });

  it("is not submitted with enable_health_service_check: false", async () => {
    assert.deepEqual((await new FollowedDirectory({ enable_health_service_check: false }).run()).service_checks, []);
  });
});

describe("odd content", () => {
  it("is counted and shown, and the rest is collected", async () => {
    const log = new FollowedDirectory().append("java.lang.RuntimeException: x\n\tat a.b(C.java:1)\n\n");
    log.append(requests() + "2026 - Requests2XX.Count:|#Level:Host|#hostname:h,timestamp:1\n");
    log.append(line("Requests2XX.Count", -1) + "x\0y|#\n" + "a|#b\n" + requests());
    const report = await log.run();
    assert.equal(report.metrics[0]?.value, 2);
    assert.match(
      warnings(report)[0] ?? "",
      /^parse: 4 lines were skipped: .*byte 153: expected a number as value, got "2026 - Req.*counter's increment.*"x y\|#"$/,
    );
    assert.equal(report.stats.samples, 2);
  });

  it("that is no metric at all is told", async () => {
    const log = new FollowedDirectory().append("2026-11-23T00:44:06,014 [INFO ] main org.pytorch.serve - hello\n");
    const report = await log.run();
    assert.match(warnings(report)[0] ?? "", /^parse: no line that was written to .* is a metric: check that/);
    assert.deepEqual([report.status, health(report)[0]?.[1]], ["partial", 1]);
  });

  it("of NUL bytes, invalid UTF-8 and a line of 50 MB costs neither memory nor the lines around", async () => {
    const log = new FollowedDirectory().append(requests() + "\0".repeat(1_000));
    log.append(requests()).append(Uint8Array.of(0xff, 0xfe, 0x0a));
    for (let i = 0; i < 50; i++) log.append(new Uint8Array(1_000_000).fill(0x7c));
    log.append("|#\n" + requests());
    const report = await log.run();
    assert.equal(report.metrics[0]?.value, 3);
    assert.match(warnings(report)[0] ?? "", /^parse: 1 line was skipped: .*: expected a line of at most 65536 bytes$/);
  });

  it("of ever new label sets is bounded, and said", async () => {
    const log = new FollowedDirectory({ max_returned_metrics: 100 });
    for (let i = 0; i < 1_000; i++) log.append(line("CPUUtilization.Percent", i, `Level:${i}`));
    const report = await log.run();
    assert.equal(report.metrics.length, 100);
    assert.deepEqual(warnings(report), [
      "limit: more than 100 label sets (max_returned_metrics): 900 lines do not count",
    ]);
  });
});

describe("paths", () => {
  it("may be given one by one, and mixed with a directory", async () => {
    const log = new FollowedDirectory();
    mkdirSync(log.path("other"));
    log.append(requests(), "a.log").append(line("PredictionTime.ms", 2, "ModelName:a"), "other/model_metrics.log");
    const report = await checkWith(
      checkMetricsLog,
      {
        metrics_log: { ts_metrics: log.path("a.log"), directory: log.path("other"), start: "beginning" },
      },
      new FakeHttp({}),
      { nowMs: LINE_SECONDS * 1_000 },
    );
    const tags = `endpoint:${log.path("other")}`;
    assert.deepEqual(lines(report), [
      `ns.prediction_time{${tags},model_name:a} 2`,
      `ns.requests.2xx.count{${tags},level:Host} 1`,
    ]);
  });
});
