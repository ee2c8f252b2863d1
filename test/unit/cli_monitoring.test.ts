import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { instancesOf } from "../../plugin/cli/monitoring/endpoints.ts";
import { judge } from "../../plugin/cli/monitoring/judge.ts";
import { isAlerting, parseRange } from "../../plugin/cli/monitoring/range.ts";
import type { InstanceReport } from "../../plugin/formats/mod.ts";
import type { Metric } from "../../plugin/report/mod.ts";
import { isMonitoringPlugin } from "../../plugin/runtime/called_as.ts";

describe("parseRange()", () => {
  // The table of the guidelines, and its neighbours: a range, values without an alert, values with one.
  for (
    const [text, well, alerting] of [
      ["10", [0, 5, 10], [-0.1, 10.1]],
      ["10:", [10, 1e9], [9.9, -1]],
      ["~:10", [-1e9, 10], [10.1]],
      ["10:20", [10, 15, 20], [9.9, 20.1]],
      ["@10:20", [9.9, 20.1], [10, 15, 20]],
      [":5", [0, 5], [-1, 6]],
      ["-5:-1", [-5, -1], [-6, 0]],
      ["1.5:2.5e1", [1.5, 25], [1.4, 25.1]],
      ["0", [0], [0.1, -0.1]],
      ["@0:0", [0.1, -0.1], [0]],
    ] as const
  ) {
    it(`alerts by ${text}`, () => {
      const range = parseRange(text);
      assert.deepEqual(well.map((value) => isAlerting(range, value)), well.map(() => false));
      assert.deepEqual(alerting.map((value) => isAlerting(range, value)), alerting.map(() => true));
    });
  }

  for (const text of ["", ":", "@", "~", "~:", "a", "1:2:3", "20:10", "1,5", "10:~", "@@1", "1 2", "NaN", "0x1"]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseRange(text), RangeError);
    });
  }

  it("reads or refuses whatever it is given", () => {
    fc.assert(fc.property(fc.stringMatching(/^[@~:0-9.eE+-]{0,12}$/), (text) => {
      try {
        const { start, end } = parseRange(text);
        assert.ok(start <= end);
      } catch (thrown) {
        assert.ok(thrown instanceof RangeError);
      }
    }));
  });
});

describe("instancesOf()", () => {
  const of = (endpoints: Partial<Parameters<typeof instancesOf>[0]>) => instancesOf({ ssl: false, ...endpoints });
  it("takes the three endpoints of a host", () => {
    assert.deepEqual(of({ host: "ts", ssl: true }), [
      { openmetrics_endpoint: "https://ts:8082/metrics" },
      { inference_api_url: "https://ts:8080" },
      { management_api_url: "https://ts:8081" },
    ]);
    assert.deepEqual(of({ host: "fd00::7" })[1], { inference_api_url: "http://[fd00::7]:8080" });
  });

  it("knows an endpoint by its path, else by its port", () => {
    assert.deepEqual(of({ host: "ts", port: 8081 }), [{ management_api_url: "http://ts:8081" }]);
    assert.deepEqual(of({ host: "ts", port: 8082 }), [{ openmetrics_endpoint: "http://ts:8082/metrics" }]);
    assert.deepEqual(of({ host: "fd00::7", port: 9, url: "ping" }), [{ inference_api_url: "http://[fd00::7]:9" }]);
    assert.deepEqual(of({ host: "ts", url: "/a/models", ssl: true }), [{ management_api_url: "https://ts/a" }]);
    assert.deepEqual(of({ url: "https://ts/a/metrics" }), [{ openmetrics_endpoint: "https://ts/a/metrics" }]);
  });

  it("says what is missing, without credentials", () => {
    assert.throws(() => of({}), /no host: give -H/);
    assert.throws(() => of({ host: "ts", port: 9 }), /may be any API: add -u/);
    assert.throws(() => of({ url: "http://me:secret@ts:9" }), (thrown: Error) => !thrown.message.includes("secret"));
    assert.throws(() => of({ url: "http://me:secret@ts:x" }), (thrown: Error) => !thrown.message.includes("secret"));
  });
});

describe("judge()", () => {
  const metric = (name: string, value: number, model = "m"): Metric => ({
    name,
    type: "gauge",
    value,
    tags: [`model_name:${model}`, "endpoint:e"],
  });
  const report = (metrics: Metric[], status: "ok" | "error" = "ok"): InstanceReport => ({
    instance: "instances[0]",
    timeMs: 0,
    report: {
      status,
      metrics,
      histogram_buckets: [],
      service_checks: [],
      events: [],
      metadata: {},
      warnings: [],
      stats: { duration_ms: 1, requests: 1, bytes: 1, samples: 1 },
    },
  });
  const [warning, critical] = [parseRange("1"), parseRange("5")];

  it("holds the time of the check against the ranges", () => {
    const states = [0.5, 2, 6].map((seconds) => judge({ warning, critical }, [], seconds));
    assert.deepEqual(states.map(({ status }) => status), [0, 1, 2]);
    assert.deepEqual(states.map(({ perfdata }) => perfdata), [
      "time=0.500s;1;5;0",
      "time=2.000s;1;5;0",
      "time=6.000s;1;5;0",
    ]);
    assert.deepEqual(states.map(({ problems }) => problems.length), [0, 1, 1]);
  });

  it("holds metrics against them, the worst first, and counts what it does not tell", () => {
    const metrics = [metric("a.b", 0), metric("a.b", 2), metric("a.b", 9, "big"), metric("a.c", 99), metric("a.b", 3)];
    const { status, problems } = judge({ warning, critical, metric: "*.b" }, [report([...metrics, ...metrics])], 60);
    assert.equal(status, 2);
    assert.deepEqual(problems, [
      "a.b is 9 (model_name:big)",
      "a.b is 9 (model_name:big)",
      "a.b is 2 (model_name:m)",
      "3 more metrics",
    ]);
  });

  it("is UNKNOWN where no metric has the name, unless nothing was collected", () => {
    assert.equal(judge({ warning, metric: "nope" }, [report([])], 0).status, 3);
    assert.equal(judge({ warning, metric: "nope" }, [report([], "error")], 0).status, 0);
  });
});

describe("isMonitoringPlugin()", () => {
  it("looks at the name that was typed", () => {
    for (
      const name of ["check_torchserve", "/usr/lib/nagios/plugins/check_torchserve", "C:\\x\\check_torchserve.exe"]
    ) {
      assert.ok(isMonitoringPlugin(name), name);
    }
    for (const name of ["torchserve-check", "/check_torchserve/bun", "", "deno"]) {
      assert.ok(!isMonitoringPlugin(name), name);
    }
  });
});
