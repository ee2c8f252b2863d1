import assert from "node:assert/strict";
import { utimesSync } from "node:fs";
import { describe, it } from "node:test";
import { kindOf } from "../../plugin/metrics_log/kind.ts";
import type { MetricLine } from "../../plugin/metrics_log/line.ts";
import { MAX_AGE_SECONDS, SeriesStore } from "../../plugin/metrics_log/series.ts";
import { DEFAULT_DECLARATIONS } from "../../plugin/torchserve/settings.ts";
import { FollowedDirectory, line, LINE_SECONDS, requests } from "./metrics_log_support.ts";

function logged(
  metric: string,
  value: number,
  labels = "Level:Host|#hostname:h",
  timestampSeconds = 1_000,
): MetricLine {
  const dot = metric.lastIndexOf(".");
  return { name: metric.slice(0, dot), unit: metric.slice(dot + 1), value, labels, timestampSeconds };
}

/** What TorchServe says by itself of the metrics that are asked for. */
const knowing = (typeOf: (name: string) => string | undefined) => ({
  typeOf,
  declared: (name: string) => DEFAULT_DECLARATIONS.get(name),
});

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
  const kind = (unit: string, configured: string, declared?: "counter" | "gauge" | "histogram") => {
    const { kind, from } = kindOf(unit, configured, declared);
    return `${kind} by ${from}`;
  };

  it("goes by what the server declares; a gauge may be counted or observed", () => {
    assert.equal(kind("Microseconds", "gauge", "counter"), "counter by source");
    assert.equal(kind("Count", "native", "gauge"), "gauge by source");
    assert.equal(kind("ms", "counter", "histogram"), "histogram by source");
    assert.equal(kind("ms", "counter", "gauge"), "counter by configuration");
    assert.equal(kind("ms", "summary", "gauge"), "histogram by configuration");
  });

  it("goes by the configured type, then by the unit", () => {
    assert.equal(kind("count", "native"), "counter by unit");
    assert.equal(kind("COUNT", "rate"), "counter by unit");
    assert.equal(kind("CallCount", "native"), "gauge by unit");
    assert.equal(kind("count", "gauge"), "gauge by configuration");
    assert.equal(kind("unit", "counter_gauge"), "counter by configuration");
    assert.equal(kind("ms", "histogram"), "histogram by configuration");
    assert.equal(kind("ms", "constructor"), "gauge by unit");
  });
});

describe("SeriesStore", () => {
  const all = knowing(() => "native");

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
    const store = new SeriesStore(knowing(() => "histogram"), 100);
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
    store.add(logged("OldCount.Count", 1, "|#hostname:h", 5), true);
    store.add(logged("Future.ms", 1, "|#hostname:h", 1e300), true);
    store.expire(now);
    assert.deepEqual(store.families(false).map(({ name }) => name), ["New", "OldCount", "Future"]);
    const next = new SeriesStore(all, 100);
    next.restore(store.state);
    next.expire(now + MAX_AGE_SECONDS + 1);
    assert.deepEqual(next.families(false), []);
  });

  it("makes room for new label sets, but never at the cost of this run's", () => {
    const store = new SeriesStore(all, 3);
    store.restore([["CPU", "Percent", "gauge", [["a", 1, 30], ["b", 1, 10], ["c", 1, 20]]]]);
    for (const labels of ["d", "e", "f", "g", "h"]) store.add(logged("CPU.Percent", 2, labels), true);
    assert.equal(store.dropped, 2);
    const state = store.state;
    assert.deepEqual(state[0]?.[3].map(([labels]) => labels), ["d", "e", "f"]);
  });

  it("stays small and quick with a million label sets and as many names", () => {
    const store = new SeriesStore(knowing((name) => name.startsWith("x") ? "native" : undefined), 2_000);
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

describe("one metric", () => {
  const all = knowing(() => "native");

  it("has one series whatever the spelling of its unit and the order of its labels", () => {
    const store = new SeriesStore(all, 100);
    store.add(logged("PredictionTime.Milliseconds", 50, "ModelName:m,Level:Model|#hostname:h"), true);
    store.add(logged("PredictionTime.ms", 7, "Level:Model,ModelName:m|#hostname:h"), true);
    assert.deepEqual(samples(store), ["PredictionTime PredictionTime{ModelName m Level Model Hostname h} 7 +7"]);
    store.add(logged("PredictionTime.Milliseconds", 9, "ModelName:m,Level:Model|#hostname:h"), true);
    store.add(logged("PredictionTime.ms", 8, "ModelName:m,Level:Model|#hostname:other"), true);
    store.add(logged("PredictionTime.ms", 6, "ModelName:m,Level:Model,x|#hostname:h"), true);
    assert.deepEqual(samples(store), [
      "PredictionTime PredictionTime{ModelName m Level Model Hostname h} 9 +9",
      "PredictionTime PredictionTime{ModelName m Level Model Hostname other} 8 +8",
      "PredictionTime PredictionTime{ModelName m Level Model,x Hostname h} 6 +6",
    ]);
    const next = new SeriesStore(all, 100);
    next.restore(store.state);
    next.add(logged("PredictionTime.s", 1, "Level:Model,ModelName:m|#hostname:h"), true);
    assert.equal(samples(next)[0], "PredictionTime PredictionTime{ModelName m Level Model Hostname h} 1 +1");
    assert.equal(samples(next).length, 3);
  });

  it("adds up, when it counts, under both", () => {
    const store = new SeriesStore(all, 100);
    store.add(logged("Calls.Count", 1, "a:1,b:2|#hostname:h"), true);
    store.add(logged("Calls.count", 2, "b:2,a:1|#hostname:h"), true);
    assert.deepEqual(samples(store), ["Calls Calls{a 1 b 2 Hostname h} 3 +3"]);
  });

  it("forgets all orders of a series that makes room", () => {
    const store = new SeriesStore(all, 1);
    store.restore([["CPU", "Percent", "gauge", [["a:1,b:2", 1, 10], ["b:2,a:1", 2, 20]]]]);
    assert.deepEqual(samples(store), ["CPU CPU{a 1 b 2} 2 +2"]);
    store.add(logged("CPU.Percent", 5, "c:1"), true);
    store.add(logged("CPU.Percent", 6, "b:2,a:1"), true);
    assert.deepEqual([samples(store), store.dropped], [["CPU CPU{c 1} 5 +5"], 1]);
  });

  it("starts anew when it has become another kind", () => {
    const counted = new SeriesStore({ typeOf: () => "native", declared: () => undefined }, 100);
    counted.add(logged("Batch.count", 4), true);
    const gauged = new SeriesStore({
      typeOf: () => "native",
      declared: () => ({ kind: "gauge", hostLabel: "Hostname" }),
    }, 100);
    gauged.restore(counted.state);
    assert.deepEqual(samples(gauged), []);
    gauged.add(logged("Batch.count", 2), true);
    assert.deepEqual(samples(gauged), ["Batch Batch{Level Host Hostname h} 2 +2"]);
  });

  it("is of the kind that its line says, where nothing else says it, and stays it", () => {
    const store = new SeriesStore(all, 100);
    store.add({ ...logged("Calls.calls", 1), type: "counter" }, true);
    store.add({ ...logged("Odd.Count", 1), type: "toString" }, true);
    assert.deepEqual(store.state.map(([name, unit, kind]) => `${name} ${unit} ${kind}`), [
      "Calls calls counter",
      "Odd Count counter",
    ]);
    assert.deepEqual(store.untyped.map(({ name }) => name), ["Odd"]);
    const next = new SeriesStore(all, 100);
    next.restore(store.state);
    next.add(logged("Calls.calls", 2), true);
    assert.equal(samples(next)[0], "Calls Calls{Level Host Hostname h} 3 +2");
    assert.deepEqual(next.untyped, []);
  });

  it("makes room quickly for as many new label sets as there are old ones", () => {
    const store = new SeriesStore(all, 10_000);
    const old = Array.from({ length: 10_000 }, (_, i): [string, number, number] => [`old:${i},x:1`, i, i]);
    store.restore([["CPU", "Percent", "gauge", old]]);
    for (let i = 0; i < 10_000; i++) store.add(logged("CPU.Percent", i, `new:${i},x:1`), true);
    assert.equal(store.dropped, 0);
    assert.ok(store.state[0]?.[3].every(([labels]) => labels.startsWith("new:")));
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
