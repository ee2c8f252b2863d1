import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { historyOf, metric, of, START, TARGETS, widget } from "./preview_support.ts";

const why = (data: ReturnType<typeof widget>) =>
  data.kind === "empty" ? data.why : `it has data: ${JSON.stringify(data)}`;
const error = (message: string) => ({ status: "error", error: { code: "connect", message } }) as const;

describe("an empty widget says", () => {
  const [metrics, inference, management] = TARGETS;
  const plain = { path: "management", kind: "management", url: "http://ts:8081", isExtended: false, hasProbe: false };

  it("that the first run is under way", () => {
    assert.match(why(widget(historyOf(), "Answers by class")), /first run/);
  });

  it("which instance is missing", () => {
    const history = historyOf(management === undefined ? [] : [management]);
    history.add([of("management")], START + 5);
    assert.match(why(widget(history, "Answers by class")), /no instance has openmetrics_endpoint/);
    assert.match(why(widget(history, "Inference API")), /no instance has inference_api_url/);
  });

  it("that extended_metrics is off, and that no probe is set", () => {
    const history = historyOf([plain, ...inference === undefined ? [] : [{ ...inference, isExtended: false }]]);
    history.add([of("management"), of("inference")], START + 5);
    assert.equal(why(widget(history, "Requests that wait")), "extended_metrics is off");
    assert.equal(why(widget(history, "Models")), "extended_metrics is off");
    assert.equal(why(widget(history, "How fast a model answers the probe")), "no inference_probe is set");
  });

  it("that the target does not answer, in the words of the run", () => {
    const history = historyOf();
    history.add([of("metrics", error("ts refused the connection"))], START + 5);
    assert.equal(why(widget(history, "Mean latency")), "ts refused the connection");
  });

  it("that TorchServe logs its metrics, in the words of the run", () => {
    const history = historyOf();
    const warnings = [{ code: "empty", message: "an empty body: set metrics_mode=prometheus" }] as const;
    history.add([of("metrics", { status: "partial", warnings: [...warnings] })], START + 5);
    assert.equal(why(widget(history, "How busy and full the machine is")), warnings[0].message);
  });

  it("that nobody has called a model, that there is no GPU, and that counters need a second run", () => {
    const history = historyOf(metrics === undefined ? [] : [metrics]);
    const up = (total: number) => [of("metrics", { metrics: [metric("openmetrics.requests.2xx.count", total)] })];
    history.add(up(1), START + 5);
    assert.match(why(widget(history, "Answers by class")), /second run/);
    history.add(up(2), START + 10);
    assert.equal(why(widget(history, "Mean latency")), "nobody has called a model yet");
    assert.equal(why(widget(history, "How busy the GPUs are")), "no GPU is in use");
  });

  it("that nobody called one in the chosen time, or that nothing has the chosen tag", () => {
    const history = historyOf();
    for (let i = 1; i <= 100; i++) {
      history.add([
        of("metrics", {
          metrics: ["inference", "inference.latency", "queue.latency"].map((name) =>
            metric(`openmetrics.${name}.count`, Math.min(i, 5), "model_name:a")
          ),
        }),
      ], START + 5 * i);
    }
    assert.equal(why(widget(history, "Mean latency")), "no model was called in the chosen time");
    assert.equal(widget(history, "Mean latency", { range: 900 }).kind, "value");
    assert.equal(why(widget(history, "Mean latency", { model_name: "b", range: 900 })), "nothing has model_name:b");
  });

  it("where logs would come from, and that nothing has changed", () => {
    const history = historyOf();
    history.add([of("management")], START + 5);
    assert.match(why(widget(history, "All log lines")), /names no log files/);
    assert.match(why(widget(history, "What has changed")), /no model was added/);
  });
});

describe("a target that goes down and comes back", () => {
  const history = historyOf();
  for (let i = 1; i <= 12; i++) {
    const isDown = i >= 5 && i <= 7;
    const status = isDown ? 2 : 0;
    const checks = [{
      name: "torchserve.openmetrics.health",
      status,
      tags: ["endpoint:e"],
      message: isDown ? "refused" : "",
    }] as const;
    const parts = isDown ? error("refused") : { metrics: [metric("openmetrics.cpu.utilization", i)] };
    history.add([of("metrics", { ...parts, service_checks: [...checks] })], START + 5 * i);
    if (i !== 7) continue;
    const data = widget(history, "Metrics");
    assert.deepEqual(
      data.kind === "check" && data.tiles.map(({ status, since, message }) => [status, since, message]),
      [
        [2, START + 25, "refused"],
      ],
    );
    const [target] = history.targets.all;
    assert.deepEqual([target?.status, target?.since, target?.message], ["error", START + 25, "refused"]);
  }

  it("has a gap in its charts, which says so, and a mark in its tiles", () => {
    const data = widget(history, "How busy and full the machine is");
    assert.ok(data.kind === "time_series");
    assert.deepEqual(data.outages, [[START + 20, START + 40]]);
    assert.deepEqual(data.series[0]?.values, [1, 2, 3, 4, null, null, null, 8, 9, 10, 11, 12]);
    const tiles = widget(history, "Metrics");
    assert.deepEqual(tiles.kind === "check" && tiles.tiles[0]?.course, [0, 0, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0]);
    assert.equal(history.targets.all[0]?.status, "ok");
  });

  it("shows numbers as of when they were while it is down", () => {
    const down = historyOf();
    down.add([of("metrics", { metrics: [metric("openmetrics.memory.available", 7)] })], START + 5);
    for (let i = 2; i <= 6; i++) down.add([of("metrics", error("refused"))], START + 5 * i);
    const data = widget(down, "Memory that is left");
    assert.deepEqual(data.kind === "value" && [data.value, data.asOf], [7, START + 5]);
  });
});
