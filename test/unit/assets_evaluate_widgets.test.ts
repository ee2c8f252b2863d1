import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { bucket, buckets, course, Points, scalar, thin } from "../../plugin/assets/evaluate/mod.ts";
import { parseFormula, parseMetricQuery } from "../../plugin/assets/query/mod.ts";
import type { Report } from "../../plugin/report/mod.ts";

type Metric = Report["metrics"][number];
const report = (...metrics: Metric[]) => ({ metrics, service_checks: [], events: [] });
const gauge = (value: number, ...tags: string[]): Metric => ({ name: "g", type: "gauge", value, tags });
const total = (name: string, value: number, ...tags: string[]): Metric => ({
  name,
  type: "monotonic_count",
  value,
  tags,
});
const queries = (of: Record<string, string>) =>
  new Map(Object.entries(of).map(([name, text]) => [name, parseMetricQuery(text)]));
/** Four parts of ten seconds. */
const PARTS = [0, 10, 20, 30].map((from) => ({ from, to: from + 10 }));
const plain = (grouped: ReadonlyMap<string, number>) => Object.fromEntries(grouped);

describe("what a widget says of points", () => {
  const points = new Points("h", 3_600);
  // Totals of requests and of their microseconds, of two models, every five seconds.
  for (const [i, [a, b]] of ([[0, 0], [10, 5], [10, 5], [30, 5], [60, 5], [60, 9]] as const).entries()) {
    points.add(
      report(
        total("asked", a, "model_name:a"),
        total("asked", b, "model_name:b"),
        total("took", 2_000 * a, "model_name:a"),
        total("took", 8_000 * b, "model_name:b"),
        gauge(i, "model_name:a"),
      ),
      5 * (i + 1),
    );
  }
  const named = queries({ asked: "sum:asked{$model_name}.as_count()", took: "sum:took{$model_name}.as_count()" });

  it("is the formula of each part in a chart, and nothing where nobody asked", () => {
    const drawn = course(parseFormula("took / asked / 1000"), named, points, PARTS);
    // Growth by part: 10 + 5 at 10 s; 0 + 0 at 15, 20 + 0 at 20; 30 + 0 at 25, 0 + 4 at 30; nothing after.
    assert.deepEqual(drawn.map((part) => part.get("")), [
      (10 * 2 + 5 * 8) / 15,
      2,
      (30 * 2 + 4 * 8) / 34,
      undefined,
    ]);
  });

  it("is the formula of the aggregated queries in a number", () => {
    const formula = parseFormula("took / asked / 1000");
    assert.equal(scalar(formula, named, "sum", points, PARTS).get(""), (60 * 2 + 9 * 8) / 69);
    const ofA = new Map([["model_name", "a"]]);
    assert.equal(scalar(formula, named, "sum", points, PARTS, ofA).get(""), 2);
    const rate = queries({ rate: "sum:asked{*} by {model_name}.as_rate()" });
    assert.deepEqual(plain(scalar(parseFormula("rate"), rate, "avg", points, PARTS)), {
      "model_name:a": (1 + 2 + 3) / 3,
      "model_name:b": (0.5 + 0 + 0.4) / 3,
    });
  });

  it("is the value of the newest part that has one where the last is asked for", () => {
    const last = queries({ g: "avg:g{*}" });
    assert.equal(scalar(parseFormula("g"), last, "last", points, PARTS).get(""), 4.5);
    assert.equal(scalar(parseFormula("g"), last, "max", points, PARTS).get(""), 4.5);
    assert.equal(scalar(parseFormula("g"), last, "min", points, PARTS).get(""), 0.5);
  });

  it("is in many parts what it is in each", () => {
    const texts = ["sum:n{*}.as_count()", "sum:n{*} by {m}.as_rate()", "avg:g{*} by {m}", "max:g{*}"];
    const step = fc.record({ wait: fc.nat(9), value: fc.nat(50), m: fc.constantFrom("m:x", "m:y") });
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(...texts), (steps, text) => {
      const wild = new Points("h", 3_600);
      let now = 0;
      for (const { wait, value, m } of steps) wild.add(report(total("n", value, m), gauge(value, m)), now += wait);
      const query = parseMetricQuery(text);
      assert.deepEqual(buckets(query, wild, PARTS), PARTS.map((part) => bucket(query, wild, part)));
    }));
  });
});

describe("thin()", () => {
  const steps = [{ olderThan: 60, width: 10 }, { olderThan: 300, width: 60 }];
  const filled = (seconds: number) => {
    const points = new Points("h", 86_400);
    for (let now = 1; now <= seconds; now++) {
      points.add({
        metrics: [total("n", 3 * now), gauge(now % 10)],
        service_checks: [{ name: "c", status: now === 17 ? 2 : 0, tags: [] }],
        events: [],
      }, now);
    }
    return points;
  };

  it("keeps the sums of counters and the means of gauges, and a status that was bad", () => {
    const points = filled(600);
    const whole = [{ from: 0, to: 300 }, { from: 300, to: 540 }, { from: 540, to: 600 }];
    const of = (text: string) => buckets(parseMetricQuery(text), points, whole).map((part) => part.get(""));
    const [sums, means] = [of("sum:n{*}.as_count()"), of("avg:g{*}")];
    assert.deepEqual(sums, [3 * 299, 3 * 240, 3 * 60]);
    // Sixty points each of the newest minute; 24 of the four minutes before; 5 of the five before.
    assert.equal(thin(points, 600, steps), 3 * (60 + 24 + 5));
    assert.deepEqual(of("sum:n{*}.as_count()"), sums);
    assert.deepEqual(of("avg:g{*}"), means);
    assert.deepEqual(points.checks.get("c")?.[0]?.statuses.slice(0, 2), [2, 0]);
  });

  it("comes to the same when it is done often", () => {
    const once = filled(600);
    thin(once, 600, steps);
    const often = new Points("h", 86_400);
    for (let now = 1; now <= 600; now++) {
      often.add(report(total("n", 3 * now), gauge(now % 10)), now);
      if (now % 7 === 0) thin(often, now, steps);
    }
    thin(often, 600, steps);
    for (const metric of ["n", "g"]) {
      assert.deepEqual(often.series.get(metric)?.[0]?.times, once.series.get(metric)?.[0]?.times);
      assert.deepEqual(often.series.get(metric)?.[0]?.values, once.series.get(metric)?.[0]?.values);
    }
  });
});
