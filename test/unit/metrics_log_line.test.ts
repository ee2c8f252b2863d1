import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readMetricLine, splitDimensions } from "../../plugin/metrics_log/line.ts";

const context = { nowSeconds: 9, collects: () => false };
const read = (line: string, collected: readonly string[] = []) =>
  readMetricLine(line, { nowSeconds: 9, collects: (name) => collected.includes(name) });

const fixtures = new URL("../../../shared/fixtures/torchserve-0.12.0/logs/", import.meta.url);
const recorded = (name: string) => readFileSync(new URL(name, fixtures), "utf8").trimEnd().split("\n");

describe("readMetricLine()", () => {
  it("takes a line of the server apart", () => {
    const line =
      "2026-11-23T00:44:06,009 - ts_inference_requests_total.Count:1.0|#model_name:alpha,model_version:default" +
      "|#hostname:torchserve-0,timestamp:1795394646";
    assert.deepEqual(readMetricLine(line, context), {
      name: "ts_inference_requests_total",
      unit: "Count",
      value: 1,
      labels: "model_name:alpha,model_version:default|#hostname:torchserve-0",
      timestampSeconds: 1795394646,
    });
  });

  it("takes a line of a model apart, whatever its request id", () => {
    const line = (id: string) =>
      `PredictionTime.ms:0.23|#ModelName:alpha,Level:Model|#hostname:h,requestID:${id},timestamp:1795394646`;
    for (const id of ["053ab39b-2759-4009-8f80-28c6505310cd", "a,b,c", "timestamp:1,|#hostname:evil", "null"]) {
      assert.deepEqual(readMetricLine(line(id), context), {
        name: "PredictionTime",
        unit: "ms",
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
      const line = readMetricLine(`a.b:${text}|#|#hostname:h,timestamp:1`, context);
      assert.ok(typeof line === "object" && Object.is(line.value, value), text);
    }
  });

  it("reads the form of older versions, any layout before the metric, and metrics without dimensions", () => {
    const labels = (line: string) => {
      const read = readMetricLine(line, context);
      return typeof read === "object" ? `${read.name}.${read.unit} ${read.labels} ${read.timestampSeconds}` : read;
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
      assert.equal(readMetricLine(line, context), undefined);
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
      const read = readMetricLine(line, context);
      assert.ok(typeof read === "string" && expected.test(read), `${line.slice(0, 80)}: ${JSON.stringify(read)}`);
    }
  });

  it("reads every recorded line", { skip: existsSync(fixtures) ? false : "no shared folder" }, () => {
    const lines = [...recorded("ts_metrics.log"), ...recorded("model_metrics.log")];
    assert.equal(lines.length, 81);
    for (const line of lines) assert.equal(typeof readMetricLine(line, context), "object", line);
  });

  it("never throws, and never gives labels without end", () => {
    const piece = fc.constantFrom("|#", ":", ",", ".", " - ", "|#hostname:", "timestamp:", "1", "a", "\0", "é");
    fc.assert(fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 20 }), (parts) => {
      const read = readMetricLine(parts.join(""), context);
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

const DIMENSIONS = "|#Level:Host|#hostname:h,timestamp:1795394646";

describe("the name in a line", () => {
  const named = (line: string, collected?: readonly string[]) => {
    const found = read(line, collected);
    return typeof found === "object" ? `${found.name} [${found.unit}] ${found.value} ${found.labels}` : found;
  };
  const cpu = "CPUUtilization [Percent] 12.5 Level:Host|#hostname:h";

  it("is found behind any layout", () => {
    for (
      const layout of [
        "",
        "2026-11-23T00:43:39,992 - ",
        "2026-11-23T00:43:39,992 [INFO ] pool-3-thread-1 TS_METRICS - ",
        "2026-11-23T00:43:39,992 [INFO ] TS_METRICS: ",
        "2026-11-23T00:43:39,992 ",
        "2026-11-23T00:43:39,992 [INFO ] main TS_METRICS ",
        "2026-11-23 00:43:39.992 INFO [my - thread] TS_METRICS: ",
        "TS_METRICS:",
        "[INFO ](main)",
        "level=info msg=",
        'level=info msg="',
        "2026-11-23T00:43:39.992123456Z stdout F 2026-11-23T00:43:39,992 - ",
        "[METRICS]",
        "MODEL_LOG - [METRICS]",
        "ts.metrics.log\t",
      ]
    ) assert.equal(named(`${layout}CPUUtilization.Percent:12.5${DIMENSIONS}`), cpu, layout);
  });

  it("is found behind words, loggers and colours, where it is asked for", () => {
    for (
      const layout of [
        "2026-11-23T00:43:39,992 - INFO TS_METRICS ",
        "2026-11-23T00:43:39,992 - TS_METRICS - INFO ",
        "2026-11-23T00:43:39,992 [main] INFO  TS_METRICS - main ",
        "2026-11-23T00:43:39,992 - torchserve ",
        "2026-11-23T00:43:39,992 INFO TS_METRICS-",
        "2026-11-23T00:43:39,992 INFO TS_METRICS -",
        "2026-11-23T00:43:39,992 INFO TS_METRICS.",
        "2026-11-23T00:43:39,992 - org.pytorch-serve.TS_METRICS.",
        "\u001b[1;32m2026-11-23T00:43:39,992 - \u001b[m",
        "2026-11-23T00:43:39,992 INFO TS_METRICS \u001b[m",
        "\u001b[36mTS_METRICS\u001b[0m:",
      ]
    ) assert.equal(named(`${layout}CPUUtilization.Percent:12.5${DIMENSIONS}`, ["CPUUtilization"]), cpu, layout);
  });

  it("may be followed by the rest of a layout", () => {
    for (const end of [" 2026-11-23", '"', '"}', " [INFO ]", "\t", " x:1"]) {
      const found = read(`CPUUtilization.Percent:12.5${DIMENSIONS}${end}`);
      assert.ok(typeof found === "object" && found.timestampSeconds === 1795394646, end);
    }
  });

  it("ends at the last dot before the value", () => {
    const labels = "WorkerName:W-9010-densenet161_1.0,Level:Host|#hostname:h";
    const line = `W-9010-densenet161_1.0.ms:6606|#${labels},timestamp:1`;
    for (const layout of ["", "2026-11-23T00:43:39,992 - ", "[INFO ] TS_METRICS: "]) {
      assert.equal(named(layout + line), `W-9010-densenet161_1.0 [ms] 6606 ${labels}`);
    }
  });

  it("may have spaces: all behind the dash, else as many words as are asked for", () => {
    const line = `My own metric.per second:12.5${DIMENSIONS}`;
    const whole = "My own metric [per second] 12.5 Level:Host|#hostname:h";
    assert.equal(named(`2026-11-23T00:43:39,992 - ${line}`), whole);
    assert.equal(named(`2026-11-23T00:43:39,992 [INFO ] TS_METRICS: ${line}`, ["My own metric"]), whole);
    assert.equal(named(`2026-11-23T00:43:39,992 [INFO ] main TS_METRICS ${line}`, ["My own metric"]), whole);
    assert.equal(named(`[INFO ] TS_METRICS ${line}`), "metric [per second] 12.5 Level:Host|#hostname:h");
  });

  it("has a bound", () => {
    assert.match(String(named(` - ${"x".repeat(600)}.ms:1${DIMENSIONS}`)), /^expected a name of at most 512/);
    assert.match(String(named(` - x.${"y".repeat(600)}:1${DIMENSIONS}`)), /^expected a name of at most 512/);
  });

  it("is no request that somebody sent", () => {
    const found = read(`ACCESS_LOG - /127.0.0.1:1 "GET /Requests2XX.Count:99${DIMENSIONS} HTTP/1.1" 404 0`);
    assert.ok(typeof found === "object" && found.name === "/Requests2XX");
    for (const path of ["/a-", "/a.", "/a/b-"]) {
      const line = `ACCESS_LOG - /127.0.0.1:1 "GET ${path}Requests2XX.Count:99${DIMENSIONS} HTTP/1.1" 404 0`;
      const other = read(line, ["Requests2XX"]);
      assert.ok(typeof other === "object" && other.name === `${path}Requests2XX`);
    }
  });
});

describe("a line in JSON", () => {
  const text = `CPUUtilization.Percent:12.5|#Level:"a\\b",x:é|#hostname:h,timestamp:1795394646`;
  const expected = {
    name: "CPUUtilization",
    unit: "Percent",
    value: 12.5,
    labels: 'Level:"a\\b",x:é|#hostname:h',
    timestampSeconds: 1795394646,
  };

  it("is read with its escapes, whatever the message is called", () => {
    const event = { instant: { epochSecond: 5, nanoOfSecond: 0 }, level: "INFO", loggerName: "TS_METRICS" };
    for (
      const line of [
        JSON.stringify({ ...event, message: text, endOfBatch: false }),
        JSON.stringify({ "@timestamp": "2026-11-23T00:43:39.992Z", log: { level: "INFO" }, msg: text }),
        `[${JSON.stringify({ message: text })}`,
        `, ${JSON.stringify({ message: text })}]`,
        JSON.stringify({ message: `[INFO ] TS_METRICS: ${text}` }),
        JSON.stringify({ message: text }).replace("|#", "\\u007c#").replace("é", "\\u00e9"),
        `\ufeff${JSON.stringify({ message: text })}`,
      ]
    ) assert.deepEqual(read(line), expected, line);
  });

  it("is read out of the files of Docker", () => {
    const docker = (log: string) =>
      JSON.stringify({ log: `${log}\n`, stream: "stdout", time: "2026-11-23T00:43:39.992Z" });
    assert.deepEqual(read(docker(`2026-11-23T00:43:39,992 [INFO ] main TS_METRICS - ${text}`)), expected);
    assert.deepEqual(read(docker(JSON.stringify({ message: text }))), expected);
    assert.equal(read(docker("2026-11-23T00:43:39,992 [INFO ] main X - hello")), undefined);
  });

  it("may be a record of TorchServe's own layout", () => {
    const record = {
      MetricName: "W-9003-x_1.0",
      Value: "27845",
      Unit: "ms",
      Dimensions: [{ Name: "Level", Value: "Host" }],
      Timestamp: "1646686889",
      HostName: "h",
    };
    const found = {
      name: "W-9003-x_1.0",
      unit: "ms",
      value: 27845,
      labels: "Level:Host|#hostname:h",
      timestampSeconds: 1646686889,
    };
    assert.deepEqual(read(JSON.stringify(record)), found);
    assert.deepEqual(read(JSON.stringify({ ...record, Timestamp: null })), { ...found, timestampSeconds: 9 });
  });

  it("is no metric where it is cut, something else, or has no message", () => {
    for (
      const line of ["{", "{}", "[]", '{"a":1}', '{"a":null}', "{{}}", '{"message":"x"}', '{"__proto__":{"x":"y"}}']
    ) {
      assert.equal(read(line), undefined, line);
    }
  });
});

describe("a value and a time", () => {
  const valueOf = (text: string) => {
    const found = read(` - a.b:${text}|#|#hostname:h,timestamp:1`);
    return typeof found === "object" ? found.value : found;
  };
  const timeOf = (end: string, before = "") => {
    const found = read(`${before} - a.b:1|#|#hostname:h${end}`);
    return typeof found === "object" ? found.timestampSeconds : found;
  };

  it("is read in any way that Java, C and Python write it", () => {
    const values: [string, number][] = [["1e-05", 1e-5], ["1.0E10", 1e10], [" 7 ", 7], ["+3.", 3], ["-.5", -.5]];
    for (const [text, value] of [...values, ["nan", NaN], ["NaN", NaN], ["-inf", -Infinity], ["Infinity", Infinity]]) {
      assert.ok(Object.is(valueOf(String(text)), value), String(text));
    }
    for (const text of ["", "x", "1,5", "0x10", "1e", "1 2", "constructor"]) {
      assert.equal(valueOf(text), "expected a number as value", text);
    }
  });

  it("is in seconds, whatever unit it was written in", () => {
    for (const digits of ["1795394646", "1795394646000", "1795394646000000", "1795394646000000000", "1795394646.0"]) {
      assert.equal(timeOf(`,timestamp:${digits}`), 1795394646, digits);
    }
    assert.equal(timeOf(",1795394646000,id"), 1795394646);
    for (const text of ["2026-11-23T00:43:39Z", "2026-11-23T00:43:39.992Z", "2026-11-23 01:43:39+01:00,"]) {
      assert.equal(timeOf(`,timestamp:${text}`), 1795394619, text);
    }
  });

  it("is that of the line, or now, where the metric has none", () => {
    for (
      const none of [
        ",timestamp:null",
        ",timestamp:0",
        ",timestamp:None",
        ",timestamp:-1",
        ",null",
        ",requestID:x,timestamp:null",
      ]
    ) {
      assert.equal(timeOf(none), 9, none);
      assert.equal(timeOf(none, "2026-11-23T00:43:39.992Z"), 1795394619, none);
      assert.equal(timeOf(none, "[2026-11-23 01:43:39,992+01:00]"), 1795394619, none);
      assert.equal(timeOf(none, "2026-11-23T00:43:39,992"), new Date(2026, 10, 23, 0, 43, 39).getTime() / 1_000, none);
      assert.equal(timeOf(none, "2026-99-99T00:43:39"), 9, none);
    }
    const docker = { log: " - a.b:1|#|#hostname:h,timestamp:null\n", time: "2026-11-23T00:43:39Z" };
    const found = read(JSON.stringify(docker));
    assert.ok(typeof found === "object" && found.timestampSeconds === 1795394619);
  });

  it("is missing where the line was cut", () => {
    for (const end of ["", ",timestamp:", ",timestamp: ", ",times"]) {
      assert.match(String(timeOf(end)), /a timestamp/, end);
    }
  });
});

describe("the type in a line", () => {
  it("is what TorchServe's workers put between the dimensions and the host", () => {
    const found = read("[METRICS]a.ms:1|#Level:Model|#type:GAUGE|#hostname:h,1795394646,id");
    assert.deepEqual(found, {
      name: "a",
      unit: "ms",
      type: "gauge",
      value: 1,
      labels: "Level:Model|#hostname:h",
      timestampSeconds: 1795394646,
    });
  });
});

describe("reading a line of any length", () => {
  it("takes time in proportion to it", () => {
    const long = 65_536;
    const pieces = [
      " ",
      "a ",
      ": ",
      ".",
      " - ",
      "|#",
      "{",
      '{"a":',
      "[,",
      ",timestamp:",
      "|#hostname:",
      "|#type:",
      "}",
      "9",
    ];
    const ends = ["", `x.ms:1${DIMENSIONS}`, "}"];
    const startMs = performance.now();
    for (const piece of pieces) for (const end of ends) read(piece.repeat(long / piece.length) + end);
    // Quadratic time would be minutes.
    assert.ok(performance.now() - startMs < 20_000);
  });
});
