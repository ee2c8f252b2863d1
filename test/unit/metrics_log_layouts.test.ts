import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Report } from "../../plugin/report/mod.ts";
import { lines } from "../support/check.ts";
import { FollowedDirectory, LINE_SECONDS } from "./metrics_log_support.ts";

const METRICS = [
  `CPUUtilization.Percent:12.5|#Level:Host|#hostname:h,timestamp:${LINE_SECONDS}`,
  `Requests2XX.Count:1.0|#Level:Host|#hostname:h,timestamp:${LINE_SECONDS}`,
];
const FOUND = ["ns.cpu.utilization{level:Host} 12.5", "ns.requests.2xx.count{level:Host} 1"];

const health = ({ status, service_checks, warnings }: Report) => [
  status,
  service_checks[0]?.status,
  warnings[0]?.message.replace(/^.* is a metric: .*/, "no metric"),
];

/** A first run over lines that are in the log already, and the next over such that come. */
async function twice(wrap: (text: string) => string): Promise<[first: Report, second: Report]> {
  const text = METRICS.map((metric) => `${wrap(metric)}\n`).join("");
  const log = new FollowedDirectory({}, "end").append(text);
  const first = await log.run();
  return [first, await log.append(text).run()];
}

describe("a log in another layout", () => {
  const layouts: Record<string, (text: string) => string> = {
    "without a dash": (text) => `2026-11-23T00:43:39,992 [INFO ] TS_METRICS: ${text}`,
    "of words only": (text) => `2026-11-23T00:43:39,992 INFO main TS_METRICS ${text}`,
    "with CRLF": (text) => `2026-11-23T00:43:39,992 - ${text}\r`,
    "in JSON": (text) => JSON.stringify({ level: "INFO", loggerName: "TS_METRICS", message: text }),
    "of Docker": (text) => JSON.stringify({ log: `[INFO ] main TS_METRICS - ${text}\n`, stream: "stdout" }),
  };
  for (const [name, wrap] of Object.entries(layouts)) {
    it(`${name} is read`, async () => {
      const [first, second] = await twice(wrap);
      assert.deepEqual(health(first), ["ok", 0, undefined]);
      assert.deepEqual(lines(second), FOUND);
      assert.deepEqual(health(second), ["ok", 0, undefined]);
    });
  }

  it("that cannot be read is told, in each run until it can", async () => {
    const unread = METRICS.map((metric) => `${metric.replace("|#", " ").replace("|#", " ")}\n`).join("");
    const log = new FollowedDirectory({}, "end").append(unread);
    assert.deepEqual(health(await log.run()), ["partial", 1, "no metric"]);
    assert.deepEqual(health(await log.run()), ["partial", 1, "no metric"]);
    log.append(unread);
    assert.deepEqual(health(await log.run()), ["partial", 1, "no metric"]);
    log.append(`${METRICS[0]}\n`);
    assert.deepEqual(health(await log.run()), ["ok", 0, undefined]);
  });

  it("whose lines are all bad is told, too", async () => {
    const log = new FollowedDirectory().append(METRICS.map((metric) => `${metric.replace(".", ":")}\n`).join(""));
    const report = await log.run();
    assert.deepEqual([report.status, report.service_checks[0]?.status], ["partial", 1]);
    assert.match(report.warnings[0]?.message ?? "", /^2 lines were skipped: /);
  });

  it("may have other lines between its metrics for a while", async () => {
    const log = new FollowedDirectory().append(`${METRICS[0]}\n`);
    const other = '2026-11-23T00:43:39,992 [INFO ] main ACCESS_LOG - /127.0.0.1:1 "GET /ping HTTP/1.1" 200 0\n';
    assert.deepEqual(health(await log.run()), ["ok", 0, undefined]);
    log.nowMs += 300_000;
    assert.deepEqual(health(await log.append(other).run()), ["ok", 0, undefined]);
    log.nowMs += 1;
    assert.deepEqual(health(await log.append(other).run()), ["partial", 1, "no metric"]);
    assert.deepEqual(health(await log.append(`${METRICS[0]}\n`).run()), ["ok", 0, undefined]);
  });
});

describe("odd lines", () => {
  it("of one metric in two spellings are one series, in a run and from run to run", async () => {
    const written = (metric: string, dimensions: string) =>
      `2026-11-23T00:43:39,992 - ${metric}|#${dimensions}|#hostname:h,timestamp:${LINE_SECONDS}\n`;
    const log = new FollowedDirectory();
    log.append(written("PredictionTime.Milliseconds:50", "ModelName:m,Level:Model"), "model_metrics.log");
    log.append(written("PredictionTime.ms:7", "ModelName:m,Level:Model"), "model_metrics.log").append("");
    assert.deepEqual(lines(await log.run()), ["ns.prediction_time{level:Model,model_name:m} 7"]);
    log.append(written("PredictionTime.Milliseconds:5", "Level:Model,ModelName:m"), "model_metrics.log");
    assert.deepEqual(lines(await log.run()), ["ns.prediction_time{level:Model,model_name:m} 5"]);
  });

  it("without a time, and with one in milliseconds, give gauges that live as long as others", async () => {
    const log = new FollowedDirectory();
    log.append("CPUUtilization.Percent:1|#Level:Host|#hostname:h,timestamp:null\n");
    log.append(`MemoryUsed.Megabytes:2|#Level:Host|#hostname:h,timestamp:${LINE_SECONDS * 1_000}\n`);
    const expected = ["ns.cpu.utilization{level:Host} 1", "ns.memory.used{level:Host} 2"];
    assert.deepEqual(lines(await log.run()), expected);
    log.nowMs += 86_400_000;
    assert.deepEqual(lines(await log.append("").append(`${METRICS[1]}\n`).run()), [...expected, FOUND[1]]);
    log.nowMs += 1_000;
    assert.deepEqual(lines(await log.append("").run()), []);
  });

  it("in Windows-1252 keep labels apart that differ in one letter", async () => {
    const log = new FollowedDirectory();
    for (const letter of [0xe8, 0xe9]) {
      log.append("PredictionTime.ms:1|#ModelName:mod").append(Uint8Array.of(letter));
      log.append(`le|#hostname:h,timestamp:${LINE_SECONDS}\n`);
    }
    assert.deepEqual(lines(await log.run()), [
      "ns.prediction_time{model_name:modèle} 1",
      "ns.prediction_time{model_name:modéle} 1",
    ]);
  });
});

describe("state of another version", () => {
  it("is read, if it is of the first", async () => {
    const log = new FollowedDirectory().append(`${METRICS[0]}\n${METRICS[1]}\n`);
    await log.run();
    const { logs } = log.state as { logs: [string, string, unknown][] };
    const byName = Object.fromEntries(logs.map(([name, path, cursor]) => [name, { path, cursor }]));
    log.state = {
      version: 1,
      seen_at: log.nowMs,
      ...byName,
      series: [
        ["CPUUtilization.Percent", [["Level:Host|#hostname:h", 12.5, LINE_SECONDS]]],
        ["CPUUtilization.percent", [["Level:Host|#hostname:h", 11, LINE_SECONDS - 9]]],
        ["Requests2XX.Count", [["Level:Host|#hostname:h", 1, LINE_SECONDS]]],
      ],
    };
    const report = await log.append(`${METRICS[1]}\n`).run();
    assert.deepEqual([lines(report), report.warnings], [FOUND, []]);
  });

  it("is dropped with a message, if it cannot be read", async () => {
    const log = new FollowedDirectory().append(`${METRICS[1]}\n`);
    await log.run();
    log.state = { ...log.state, version: 7 };
    const report = await log.run();
    assert.deepEqual(report.warnings, [{
      code: "internal",
      message: "what an earlier run left cannot be read, it is of another version: this run starts as the first",
    }]);
    assert.deepEqual(lines(report), [FOUND[1]]);
  });
});
