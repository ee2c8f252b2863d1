import assert from "node:assert/strict";
import { utimesSync } from "node:fs";
import { describe, it } from "node:test";
import { kindOf } from "../../plugin/metrics_log/kind.ts";
import type { MetricLine } from "../../plugin/metrics_log/line.ts";
import { MAX_AGE_SECONDS, SeriesStore } from "../../plugin/metrics_log/series.ts";
import { FollowedDirectory, line, LINE_SECONDS, requests } from "./metrics_log_support.ts";

function logged(
  metric: string,
  value: number,
  labels = "Level:Host|#hostname:h",
  timestampSeconds = 1_000,
): MetricLine {
  return { metric, value, labels, timestampSeconds };
}

/** `family{labels} value +increment`, sample by sample. */
function samples(store: SeriesStore, onlyCounted = false): string[] {
  return store.families(onlyCounted).flatMap((family) =>
    Array.from({ length: family.length }, (_, i) => {
      const labels = family.labels(i).join(" ");
      return `${family.name} ${family.sampleName(i)}{${labels}} ${family.value(i)} +${family.increment(i)}`;
    })
  );
}

describe("kindOf()", () => {
  it("knows TorchServe's own metrics, whatever the configuration says", () => {
    assert.equal(kindOf("ts_inference_latency_microseconds", "Microseconds", "gauge"), "counter");
    assert.equal(kindOf("Requests5XX", "Count", "gauge"), "counter");
    assert.equal(kindOf("QueueTime", "Milliseconds", "native"), "gauge");
  });

  it("goes by the configured type, then by the unit", () => {
    assert.equal(kindOf("BatchSize", "count", "native"), "counter");
    assert.equal(kindOf("BatchSize", "count", "gauge"), "gauge");
    assert.equal(kindOf("Tokens", "unit", "native"), "gauge");
    assert.equal(kindOf("Tokens", "unit", "counter_gauge"), "counter");
    assert.equal(kindOf("Latency", "ms", "histogram"), "histogram");
    assert.equal(kindOf("Latency", "ms", "rate"), "gauge");
  });
});

describe("SeriesStore", () => {
  const all = () => "native";

  it("adds increments up and keeps the last value of a gauge, by label set", () => {
    const store = new SeriesStore(all, 100);
    store.add(logged("Requests2XX.Count", 1), true);
    store.add(logged("Requests2XX.Count", 2), true);
    store.add(logged("ts_inference_requests_total.Count", 1, "model_name:a,model_version:1|#hostname:h"), true);
    store.add(logged("CPU.Percent", 5), true);
    store.add(logged("CPU.Percent", 3), true);
    assert.deepEqual(samples(store), [
      "Requests2XX Requests2XX{Level Host Hostname h} 3 +3",
      "ts_inference_requests ts_inference_requests_total{model_name a model_version 1 hostname h} 1 +1",
      "CPU CPU{Level Host Hostname h} 3 +3",
    ]);
  });

  it("hands totals on, with increments from zero", () => {
    const first = new SeriesStore(all, 100);
    first.add(logged("Requests2XX.Count", 3), true);
    first.add(logged("CPU.Percent", 5), true);
    const second = new SeriesStore(all, 100);
    second.restore(first.state);
    second.add(logged("Requests2XX.Count", 4), true);
    assert.deepEqual(samples(second), [
      "Requests2XX Requests2XX{Level Host Hostname h} 7 +4",
      "CPU CPU{Level Host Hostname h} 5 +5",
    ]);
    assert.deepEqual(samples(second, true), ["Requests2XX Requests2XX{Level Host Hostname h} 7 +4"]);
  });

  it("sorts observations into the buckets of TorchServe's endpoint", () => {
    const store = new SeriesStore(() => "histogram", 100);
    for (const value of [0.004, 0.3, 0.5, 99]) store.add(logged("T.ms", value, "|#hostname:h"), true);
    const found = samples(store);
    assert.equal(found.length, 17);
    assert.ok(found.includes("T T_bucket{Hostname h le 0.005} 1 +1"));
    assert.ok(found.includes("T T_bucket{Hostname h le 0.25} 1 +1"));
    assert.ok(found.includes("T T_bucket{Hostname h le 0.5} 3 +3"));
    assert.ok(found.includes("T T_bucket{Hostname h le Infinity} 4 +4"));
    assert.ok(found.includes("T T_count{Hostname h} 4 +4"));
    assert.ok(found.includes("T T_sum{Hostname h} 99.804 +99.804"));
  });

  it("refuses what does not count", () => {
    const store = new SeriesStore(all, 100);
    assert.match(store.add(logged("Requests2XX.Count", -1), true) ?? "", /not negative/);
    assert.match(store.add(logged("Requests2XX.Count", NaN), true) ?? "", /finite/);
    assert.equal(store.add(logged("CPU.Percent", NaN), true), undefined);
    assert.deepEqual(store.state, []);
  });

  it("forgets what was not written for a day, but no count of this run", () => {
    const store = new SeriesStore(all, 100);
    const now = 10 * MAX_AGE_SECONDS;
    store.add(logged("Old.ms", 1, "|#hostname:h", now - MAX_AGE_SECONDS - 1), true);
    store.add(logged("New.ms", 1, "|#hostname:h", now - MAX_AGE_SECONDS), true);
    store.add(logged("Old.Count", 1, "|#hostname:h", 5), true);
    store.add(logged("Future.ms", 1, "|#hostname:h", 1e300), true);
    store.expire(now);
    assert.deepEqual(store.families(false).map(({ name }) => name), ["New", "Old", "Future"]);
    const next = new SeriesStore(all, 100);
    next.restore(store.state);
    next.expire(now + MAX_AGE_SECONDS + 1);
    assert.deepEqual(next.families(false), []);
  });

  it("makes room for new label sets, but never at the cost of this run's", () => {
    const store = new SeriesStore(all, 3);
    store.restore([["CPU.Percent", [["a", 1, 30], ["b", 1, 10], ["c", 1, 20]]]]);
    for (const labels of ["d", "e", "f", "g", "h"]) store.add(logged("CPU.Percent", 2, labels), true);
    assert.equal(store.dropped, 2);
    const state = store.state;
    assert.deepEqual(state[0]?.[1].map(([labels]) => labels), ["d", "e", "f"]);
  });

  it("stays small and quick with a million label sets and as many names", () => {
    const store = new SeriesStore((name) => name.startsWith("x") ? "native" : undefined, 2_000);
    for (let i = 0; i < 1_000_000; i++) store.add(logged(i % 2 === 0 ? "x.Count" : `y${i}.Count`, 1, `a:${i}`), true);
    for (let i = 0; i < 10_000; i++) store.add(logged(`x${i}.ms`, 1), true);
    assert.equal(store.dropped, 498_000 + 10_000);
    assert.ok(JSON.stringify(store.state).length < 100_000);
  });

  it("bounds the text of labels, too", () => {
    const store = new SeriesStore(all, 10_000);
    for (let i = 0; i < 10_000; i++) store.add(logged("x.Count", 1, `a:${i}${"b".repeat(2_000)}`), true);
    assert.ok(store.dropped > 9_000);
    assert.ok(JSON.stringify(store.state).length < 1_200_000);
  });
});

describe("gauges and counters, run after run", () => {
  it("repeats the last value and counts nothing twice", async () => {
    const log = new FollowedDirectory().append(line("CPUUtilization.Percent", 12) + requests());
    assert.equal(await log.value("cpu.utilization"), 12);
    assert.equal(await log.value("cpu.utilization"), 12);
    assert.equal(await log.requests(), 0);
    log.append(line("CPUUtilization.Percent", 0));
    assert.equal(await log.value("cpu.utilization"), 0);
  });

  it("repeats a gauge for a day, while the log is written", async () => {
    const log = new FollowedDirectory().append(line("WorkerLoadTime.Milliseconds", 12, "WorkerName:W,Level:Host"));
    log.nowMs = LINE_SECONDS * 1_000;
    assert.equal(await log.value("worker.load_time"), 12);
    log.nowMs = (LINE_SECONDS + MAX_AGE_SECONDS) * 1_000;
    // The file's own time is of today; the clock of the check has no bearing on it.
    log.append(requests());
    utimesSync(log.path(), log.nowMs / 1_000, log.nowMs / 1_000);
    assert.equal(await log.value("worker.load_time"), 12);
    log.nowMs += 1_000;
    assert.equal(await log.value("worker.load_time"), undefined);
  });
});
