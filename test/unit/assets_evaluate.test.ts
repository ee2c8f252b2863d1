import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type MonitorState, Points, valueOver, WatchedMonitor } from "../../plugin/assets/evaluate/mod.ts";
import type { Monitor } from "../../plugin/assets/description/monitor.ts";
import { parseExpression } from "../../plugin/assets/query/mod.ts";
import type { Report } from "../../plugin/report/mod.ts";

type Added = Pick<Report, "metrics" | "service_checks" | "events">;
const metric = (name: string, value: number, tags: string[] = [], type: "gauge" | "monotonic_count" = "gauge") => ({
  name,
  type,
  value,
  tags,
});
const report = (metrics: Added["metrics"] = [], service_checks: Added["service_checks"] = []): Added => ({
  metrics,
  service_checks,
  events: [],
});
const message = { what: "It is.", why: ["a"], todo: ["b"], where: ["c"] };
const common = {
  key: "k",
  title: "t",
  description: "d",
  message,
  priority: 3,
  severity: "warning",
  prometheus: { forMinutes: 1 },
} as const;

/** The states of one group, step by step, 15 seconds each. */
function watch(monitor: Monitor, steps: readonly Added[]): (MonitorState | undefined)[] {
  const points = new Points("h", 86_400);
  const watched = new WatchedMonitor(monitor, 15);
  return steps.map((added, i) => {
    points.add(added, 1_000 + 15 * i);
    return [...watched.evaluate(points, 1_000 + 15 * i).values()][0];
  });
}

describe("values over a time", () => {
  const over = (text: string, points: Points, method: "avg" | "sum" | "min" | "max" = "avg") =>
    Object.fromEntries(valueOver(parseExpression(text), points, { from: 0, to: 60 }, method, 15));

  it("divide sums by sums where counts are asked for, not ratio by ratio", () => {
    const points = new Points("h", 3_600);
    // Of ten requests one fails, then of a thousand none.
    for (const [i, [failed, asked]] of ([[0, 0], [1, 10], [1, 1_010]] as const).entries()) {
      points.add(
        report([metric("f", failed, [], "monotonic_count"), metric("a", asked, [], "monotonic_count")]),
        15 * (i + 1),
      );
    }
    assert.deepEqual(over("sum:f{*}.as_count() / sum:a{*}.as_count()", points, "sum"), { "": 1 / 1_010 });
  });

  it("add up what counters grew by, and no reset", () => {
    const points = new Points("h", 3_600);
    [5, 7, 2, 4].forEach((total, i) => points.add(report([metric("a", total, [], "monotonic_count")]), 10 * (i + 1)));
    assert.deepEqual(over("sum:a{*}.as_count()", points, "sum"), { "": 4 });
    assert.deepEqual(over("sum:a{*}.as_count()", points, "max"), { "": 2 });
    // With arithmetic it is the sum of the whole time, whatever is asked for.
    assert.deepEqual(over("1 * sum:a{*}.as_count()", points, "max"), { "": 4 });
  });

  it("are those of each group, and nothing where an operand is missing or zero is divided by", () => {
    const points = new Points("h", 3_600);
    points.add(
      report([metric("a", 4, ["m:x"]), metric("a", 6, ["m:y"]), metric("b", 2, ["m:x"]), metric("c", 0, ["m:x"])]),
      15,
    );
    assert.deepEqual(over("max:a{*} by {m}", points), { "m:x": 4, "m:y": 6 });
    assert.deepEqual(over("max:a{*} by {m} / max:b{*} by {m}", points), { "m:x": 2 });
    assert.deepEqual(over("max:a{*} by {m} / max:c{*} by {m}", points), {});
    assert.deepEqual(over("100 * sum:a{m:x}", points), { "": 400 });
    assert.deepEqual(over("sum:a{!m:x}", points), { "": 6 });
    assert.deepEqual(over("count_nonzero(abs(max:a{*} by {m} - 4))", points), { "": 1 });
    const arithmetic = ["-1 * x", "x / (1 - 2)", "(2 - 3) * (x + 0)", "-abs(-1) * x"];
    for (const text of arithmetic) {
      assert.deepEqual(over(text.replace("x", "max:a{*} by {m}"), points), { "m:x": -4, "m:y": -6 }, text);
    }
    assert.deepEqual(over("max:a{*} by {m} * (1 / 0)", points), {});
    assert.deepEqual(over("2 + 3", points), { "": 5 });
    assert.deepEqual(over("max:a{*} by {host}", points), { "host:h": 6 });
    assert.deepEqual(over("max:a{*} by {other}", points), {});
  });

  it("forget what is old, series included", () => {
    const points = new Points("h", 60);
    points.add(report([metric("a", 1, ["m:x"])]), 0);
    for (let time = 15; time <= 300; time += 15) points.add(report([metric("a", 1, ["m:y"])]), time);
    assert.deepEqual([...points.series.values()].flat().map(({ tags, times }) => [tags.get("m"), times.length]), [[
      "y",
      5,
    ]]);
  });
});

describe("monitors", () => {
  const memory: Monitor = {
    ...common,
    kind: "metric",
    query: "min(last_1m):max:a{*} by {host} > 90",
    thresholds: { critical: 90, warning: 80, critical_recovery: 85, warning_recovery: 70 },
  };
  const steps = (values: readonly number[]) => values.map((value) => report([metric("a", value)]));

  it("judge a new group after five minutes, and recover behind the recovery alone", () => {
    const values = [
      ...Array<number>(20).fill(50),
      ...Array<number>(5).fill(95),
      ...Array<number>(5).fill(88),
      ...Array<number>(5).fill(75),
      60,
    ];
    const states = watch(memory, steps(values));
    assert.deepEqual(states.slice(0, 20), Array(20).fill(undefined));
    assert.deepEqual([states[20], states[24], states[29], states[32], states.at(-1)], [
      "ok",
      "alert",
      "alert",
      "warning",
      "ok",
    ]);
  });

  it("count statuses in a row", () => {
    const monitor: Monitor = {
      ...common,
      kind: "check",
      query: '"c".over("*").by("host").last(4).count_by_status()',
      thresholds: { critical: 3, warning: 2, ok: 2 },
      noDataMinutes: 1,
    };
    const check = (status: 0 | 1 | 2 | 3) => report([], [{ name: "c", status, tags: [] }]);
    assert.deepEqual(watch(monitor, [0, 0, 2, 2, 0, 2, 2, 2, 0, 0, 1, 1].map((status) => check(status as 0))), [
      "ok",
      "ok",
      "ok",
      "ok",
      "ok",
      "ok",
      "ok",
      "alert",
      "alert",
      "ok",
      "ok",
      "warning",
    ]);
    assert.equal(watch(monitor, [check(0), check(0), ...Array(5).fill(report())]).at(-1), "no data");
  });

  it("look at the statuses in their scope, and at the worst of a group", () => {
    const of = (over: string): Monitor => ({
      ...common,
      kind: "check",
      query: `"c".over(${over}).by("host").last(4).count_by_status()`,
      thresholds: { critical: 3, ok: 2 },
      noDataMinutes: 1,
    });
    const both = report([], [{ name: "c", status: 2, tags: ["x:1"] }, { name: "c", status: 0, tags: ["x:2"] }]);
    const ill = report([], [{ name: "c", status: 2, tags: ["x:1"] }]);
    const fine = report([], [{ name: "c", status: 0, tags: ["x:1"] }]);
    assert.equal(watch(of('"*"'), Array(4).fill(both)).at(-1), "alert");
    assert.equal(watch(of('"x:1"'), Array(4).fill(both)).at(-1), "alert");
    assert.equal(watch(of('"x:2","host:h"'), Array(4).fill(both)).at(-1), "ok");
    assert.equal(watch(of('"x:3"'), Array(4).fill(both)).at(-1), undefined);
    // One is silent, the other goes on.
    assert.equal(watch(of('"*"'), [both, both, both, ...Array(5).fill(ill)]).at(-1), "alert");
    assert.equal(watch(of('"*"'), [both, both, both, ...Array(5).fill(fine)]).at(-1), "ok");
  });

  it("look for events by source and words", () => {
    const monitor: Monitor = {
      ...common,
      kind: "event",
      query: 'events("source:torchserve removed").rollup("count").last("1m") > 0',
      thresholds: { critical: 0 },
    };
    const event = (title: string, source = "torchserve"): Added => ({
      ...report(),
      events: [{
        timestamp: 0,
        event_type: "",
        msg_title: title,
        msg_text: "",
        alert_type: "info",
        source_type_name: source,
        host: "h",
        tags: [],
        aggregation_key: "",
      }],
    });
    const states = watch(monitor, [
      event("added"),
      event("A model has been Removed"),
      ...Array(4).fill(report()),
      event("removed", "other"),
    ]);
    assert.deepEqual(states, ["ok", "alert", "alert", "alert", "alert", "ok", "ok"]);
  });
});
