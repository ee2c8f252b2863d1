import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Course } from "../../plugin/preview/frame.ts";
import { historyOf, metric, of, START, widget } from "./preview_support.ts";

/** Requests to two models, what they took in microseconds, and answers of the server, five seconds apart. */
const ROUNDS = [
  { a: 100, b: 10, took: [1_000_000, 400_000], waited: [100_000, 0], fine: 500, failed: undefined },
  { a: 110, b: 10, took: [1_200_000, 400_000], waited: [110_000, 0], fine: 520, failed: undefined },
  { a: 130, b: 20, took: [1_500_000, 900_000], waited: [150_000, 200_000], fine: 555, failed: 2 },
  { a: 130, b: 20, took: [1_500_000, 900_000], waited: [150_000, 200_000], fine: 560, failed: 2 },
  { a: 150, b: 25, took: [2_100_000, 1_000_000], waited: [250_000, 210_000], fine: 590, failed: 5 },
] as const;

function filled() {
  const history = historyOf();
  for (const [i, { a, b, took, waited, fine, failed }] of ROUNDS.entries()) {
    const model = (name: string) => [`model_name:${name}`, "model_version:default", "endpoint:http://ts:8082/metrics"];
    const version = (name: string, number: string) => [
      `model_name:${name}`,
      `model_version:${number}`,
      "management_api_url:http://ts:8081",
    ];
    const M = "management_api.model";
    history.add([
      of("metrics", {
        metrics: [
          metric("openmetrics.inference.count", a, ...model("a")),
          metric("openmetrics.inference.count", b, ...model("b")),
          metric("openmetrics.inference.latency.count", took[0], ...model("a")),
          metric("openmetrics.inference.latency.count", took[1], ...model("b")),
          metric("openmetrics.queue.latency.count", waited[0], ...model("a")),
          metric("openmetrics.queue.latency.count", waited[1], ...model("b")),
          metric("openmetrics.requests.2xx.count", fine, "level:Host"),
          ...failed === undefined ? [] : [metric("openmetrics.requests.5xx.count", failed, "level:Host")],
          metric("openmetrics.memory.available", 8_000 - i, "level:Host"),
        ],
        service_checks: [{
          name: "torchserve.openmetrics.health",
          status: 0,
          tags: ["endpoint:http://ts:8082/metrics"],
        }],
      }),
      of("inference", {
        service_checks: [{
          name: "torchserve.inference_api.health",
          status: i === 2 ? 2 : 0,
          tags: ["inference_api_url:http://ts:8080"],
          ...i === 2 ? { message: "it is\nunhealthy" } : {},
        }],
      }),
      of("management", {
        metrics: [
          metric(`${M}.workers.current`, 2, ...version("a", "1.0")),
          metric(`${M}.workers.current`, i < 3 ? 1 : 3, ...version("b", "1.0")),
          metric(`${M}.version.is_default`, i < 4 ? 1 : 0, ...version("a", "1.0")),
          metric(`${M}.workers.missing`, i === 4 ? 1 : 0, ...version("a", "1.0")),
          metric(`${M}.worker.status`, 1, "worker_id:9000", ...version("a", "1.0")),
          metric(`${M}.worker.status`, i === 4 ? 2 : 1, "worker_id:9001", ...version("b", "1.0")),
          metric(`${M}.worker.memory_usage`, 100 * (i + 1), "worker_id:9000", ...version("a", "1.0")),
          metric(`${M}.worker.memory_usage`, 50, "worker_id:9001", ...version("b", "1.0")),
          metric(`${M}.queue.pending`, i, ...version("a", "1.0")),
          metric(`${M}.queue.remaining`, 100 - i, ...version("a", "1.0")),
        ],
      }),
    ], START + 5 * (i + 1));
  }
  return history;
}

const course = (data: ReturnType<typeof widget>, label: string): Course => {
  if (data.kind !== "time_series") throw new Error(`it is ${data.kind}`);
  const series = data.series.find((one) => one.label === label);
  if (series === undefined) throw new Error(`there are ${data.series.map((one) => one.label).join()}`);
  return series.values.filter((value) => value !== null);
};
const value = (data: ReturnType<typeof widget>) => data.kind === "value" ? data.value : data;
const near = (number: number) => Number(number.toPrecision(6));

// By hand: requests of a 10, 20, 0, 20, of b 0, 10, 0, 5: 65 in 20 s; what they took 1.1 s and 0.6 s; waiting 0.15 s and
// 0.21 s; failures 3 (the first total of a counter tells nothing).
describe("a widget of the preview", () => {
  const history = filled();

  it("has requests a second", () => assert.equal(value(widget(history, "Requests to models a second")), near(65 / 20)));

  it("has the mean latency, of all and of a chosen model", () => {
    assert.equal(value(widget(history, "Mean latency")), near(1_700 / 65));
    assert.equal(value(widget(history, "Mean latency", { model_name: "b" })), near(600 / 15));
  });

  it("has the share of time spent waiting", () => {
    assert.equal(value(widget(history, "Share of time spent waiting")), near(100 * 360 / 1_700));
  });

  it("has the share that failed in the server, with its color", () => {
    const data = widget(history, "Failed in the server");
    assert.deepEqual([value(data), data.kind === "value" && data.color], [near(100 * 3 / 65), "yellow"]);
  });

  it("counts versions that lack workers and workers that are not ready in the last run", () => {
    assert.equal(value(widget(history, "Versions that lack workers")), 1);
    assert.equal(value(widget(history, "Workers that are not ready")), 1);
  });

  it("has the least memory that is left", () => {
    assert.equal(value(widget(history, "Memory that is left")), 7_996);
  });

  it("draws answers by class", () => {
    const data = widget(history, "Answers by class");
    assert.deepEqual(course(data, "2xx"), [20, 35, 5, 30]);
    assert.deepEqual(course(data, "5xx"), [0, 3]);
  });

  it("draws latency and waiting, with gaps where nobody asked", () => {
    const data = widget(history, "Mean latency by model");
    assert.deepEqual(course(data, "a"), [20, 15, 30]);
    assert.deepEqual(course(data, "b"), [50, 20]);
    const parts = widget(history, "Where the time goes");
    assert.deepEqual(course(parts, "waits"), [1, near(240 / 30), near(110 / 25)]);
    assert.deepEqual(course(parts, "is worked on"), [19, near((800 - 240) / 30), near((700 - 110) / 25)]);
  });

  it("draws how full queues are", () => {
    assert.deepEqual(course(widget(history, "How full the queues are"), "a · 1.0"), [0, 1, 2, 3, 4]);
  });

  it("lists the busiest models, and those of the most memory by their last value", () => {
    const busiest = widget(history, "Busiest models");
    assert.deepEqual(busiest.kind === "top_list" && busiest.rows.map(({ label, value }) => [label, value]), [
      ["a", 50],
      ["b", 15],
    ]);
    const largest = widget(history, "Largest workers");
    assert.deepEqual(largest.kind === "top_list" && largest.rows.map(({ label, value }) => [label, value]), [
      ["a · 9000", 500],
      ["b · 9001", 50],
    ]);
  });

  it("has a row for each version, with what numbers stand for", () => {
    const data = widget(history, "Each version");
    assert.ok(data.kind === "table");
    assert.deepEqual(data.tags, ["model_name", "model_version", "host"]);
    assert.deepEqual(data.rows.map(({ tags, cells }) => [tags.join(), cells[0], cells[1]]), [
      ["a,1.0,h", { value: 0, name: "no", color: "gray" }, { value: 2 }],
      ["b,1.0,h", null, { value: 3 }],
    ]);
  });

  it("has a tile for each status, with how it was and what it said", () => {
    const data = widget(history, "Inference API");
    assert.ok(data.kind === "check");
    const [tile] = data.tiles;
    assert.deepEqual([tile?.label, tile?.status, tile?.since], ["http://ts:8080", 0, START + 20]);
    assert.deepEqual(tile?.course.filter((status) => status !== null), [0, 0, 2, 0, 0]);
  });

  it("says the same in a longer range, where parts are wider", () => {
    for (const range of [60, 300, 900, 0]) {
      assert.equal(value(widget(history, "Mean latency", { range })), near(1_700 / 65), `${range}`);
    }
  });
});
