import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readMetricLine, splitDimensions } from "../../plugin/metrics_log/line.ts";

const fixtures = new URL("../../../shared/fixtures/torchserve-0.12.0/logs/", import.meta.url);
const recorded = (name: string) => readFileSync(new URL(name, fixtures), "utf8").trimEnd().split("\n");

describe("readMetricLine()", () => {
  it("takes a line of the server apart", () => {
    const line =
      "2026-11-23T00:44:06,009 - ts_inference_requests_total.Count:1.0|#model_name:alpha,model_version:default" +
      "|#hostname:torchserve-0,timestamp:1795394646";
    assert.deepEqual(readMetricLine(line), {
      metric: "ts_inference_requests_total.Count",
      value: 1,
      labels: "model_name:alpha,model_version:default|#hostname:torchserve-0",
      timestampSeconds: 1795394646,
    });
  });

  it("takes a line of a model apart, whatever its request id", () => {
    const line = (id: string) =>
      `PredictionTime.ms:0.23|#ModelName:alpha,Level:Model|#hostname:h,requestID:${id},timestamp:1795394646`;
    for (const id of ["053ab39b-2759-4009-8f80-28c6505310cd", "a,b,c", "timestamp:1,|#hostname:evil", "null"]) {
      assert.deepEqual(readMetricLine(line(id)), {
        metric: "PredictionTime.ms",
        value: 0.23,
        labels: "ModelName:alpha,Level:Model|#hostname:h",
        timestampSeconds: 1795394646,
      });
    }
  });

  it("reads numbers as Java writes them", () => {
    for (
      const [text, value] of [["1.0E10", 1e10], ["4.9E-324", 5e-324], ["-0.0", -0], ["3", 3], ["NaN", NaN]] as const
    ) {
      const line = readMetricLine(`a.b:${text}|#|#hostname:h,timestamp:1`);
      assert.ok(typeof line === "object" && Object.is(line.value, value), text);
    }
  });

  it("reads the form of older versions, any layout before the metric, and metrics without dimensions", () => {
    const labels = (line: string) => {
      const read = readMetricLine(line);
      return typeof read === "object" ? `${read.metric} ${read.labels} ${read.timestampSeconds}` : read;
    };
    assert.equal(labels("a.ms:1|#Level:Model|#hostname:h,1600000000,id"), "a.ms Level:Model|#hostname:h 1600000000");
    assert.equal(labels("[INFO ] main X - a.ms:1|#L:M|#hostname:h,timestamp:1"), "a.ms L:M|#hostname:h 1");
    assert.equal(labels("a.ms:1|#L:M|#hostname:h,timestamp:1"), "a.ms L:M|#hostname:h 1");
    assert.equal(labels("a.ms:1|#|#hostname:h,timestamp:1"), "a.ms |#hostname:h 1");
    assert.equal(labels("\0\0\0 - a.ms:1|#L:M|#hostname:h,timestamp:1"), "a.ms L:M|#hostname:h 1");
  });

  it("lets lines pass that are no metrics", () => {
    for (
      const line of ["", "java.lang.NullPointerException: null", "\tat org.pytorch.serve.X(X.java:1)", "a - b:c|d#e"]
    ) {
      assert.equal(readMetricLine(line), undefined);
    }
  });

  it("says what it expected of a bad line", () => {
    const cases: [string, RegExp][] = [
      ["2026 - |#Level:Host|#hostname:h,timestamp:1", /NAME\.UNIT:VALUE/],
      ["2026 - CPU:1.0|#Level:Host|#hostname:h,timestamp:1", /a dot/],
      ["2026 - CPU.Percent:|#Level:Host|#hostname:h,timestamp:1", /a number/],
      ["2026 - CPU.Percent:0x10|#Level:Host|#hostname:h,timestamp:1", /a number/],
      ["2026 - CPU.Percent:1.0|#Level:Ho", /hostname/],
      ["2026 - CPU.Percent:1.0|#Level:Host|#hostname:torch", /timestamp/],
      ["2026 - CPU.Percent:1.0|#Level:Host|#hostname:h,timestamp:", /timestamp/],
      [`2026 - CPU.Percent:1.0|#Level:${"x".repeat(3_000)}|#hostname:h,timestamp:1`, /at most 2048 characters/],
    ];
    for (const [line, expected] of cases) {
      const read = readMetricLine(line);
      assert.ok(typeof read === "string" && expected.test(read), `${line.slice(0, 80)}: ${JSON.stringify(read)}`);
    }
  });

  it("reads every recorded line", { skip: existsSync(fixtures) ? false : "no shared folder" }, () => {
    const lines = [...recorded("ts_metrics.log"), ...recorded("model_metrics.log")];
    assert.equal(lines.length, 81);
    for (const line of lines) assert.equal(typeof readMetricLine(line), "object", line);
  });

  it("never throws, and never gives labels without end", () => {
    const piece = fc.constantFrom("|#", ":", ",", ".", " - ", "|#hostname:", "timestamp:", "1", "a", "\0", "é");
    fc.assert(fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 20 }), (parts) => {
      const read = readMetricLine(parts.join(""));
      if (typeof read !== "object") return;
      assert.ok(read.labels.length <= 2_048);
      const labels = splitDimensions(read.labels, "Hostname");
      assert.equal(labels.length % 2, 0);
    }));
  });
});

describe("splitDimensions()", () => {
  it("gives the endpoint's labels, the host last", () => {
    assert.deepEqual(splitDimensions("ModelName:a,Level:Model|#hostname:h", "Hostname"), [
      "ModelName",
      "a",
      "Level",
      "Model",
      "Hostname",
      "h",
    ]);
    assert.deepEqual(splitDimensions("|#hostname:h", "hostname"), ["hostname", "h"]);
  });

  it("keeps colons and commas in values", () => {
    assert.deepEqual(splitDimensions("model_name:a:b,c,d,model_version:1|#hostname:h", "hostname"), [
      "model_name",
      "a:b,c,d",
      "model_version",
      "1",
      "hostname",
      "h",
    ]);
  });
});
