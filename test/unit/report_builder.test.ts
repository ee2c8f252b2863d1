import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ReportBuilder } from "../../plugin/report/mod.ts";

const STATS = { duration_ms: 1, requests: 2, bytes: 3 };
const done = (builder: ReportBuilder) => builder.finish(STATS, undefined);

describe("ReportBuilder", () => {
  it("submits under its namespace and passes over what is no finite number", () => {
    const builder = new ReportBuilder("ns", {});
    for (const value of [1, 0, -0.5, NaN, Infinity, -Infinity, null, undefined, "3"]) {
      builder.gauge("g", value, ["a:b"]);
    }
    assert.deepEqual(done(builder).metrics.map(({ name, value }) => [name, value]), [["ns.g", 1], ["ns.g", 0], [
      "ns.g",
      -0.5,
    ]]);
  });

  it("gives generic tags the integration's name, and adds the service as it is", () => {
    const builder = new ReportBuilder("ns", { disable_generic_tags: true, service: "ml" });
    const tags = ["host:a", "env", "version:", "cluster_name:c:d", "team:x"];
    builder.gauge("g", 1, tags);
    builder.serviceCheck("s", 0, tags);
    const expected = [
      "torchserve_host:a",
      "torchserve_env",
      "torchserve_version",
      "torchserve_cluster_name:c:d",
      "team:x",
      "service:ml",
    ];
    const report = done(builder);
    assert.deepEqual(report.metrics[0]?.tags, expected);
    assert.deepEqual(report.service_checks[0]?.tags, expected);
    assert.deepEqual(tags.length, 5);
  });

  it("says that there is no host name with empty_default_hostname", () => {
    const builder = new ReportBuilder("ns", { empty_default_hostname: true });
    builder.gauge("g", 1, []);
    builder.gauge("g", 1, [], "other");
    builder.serviceCheck("s", 0, []);
    const report = done(builder);
    assert.deepEqual(report.metrics.map(({ hostname }) => hostname), ["", "other"]);
    assert.equal(report.service_checks[0]?.hostname, "");
  });

  it("submits no more contexts than max_returned_metrics, and says how many were dropped", () => {
    const builder = new ReportBuilder("ns", { max_returned_metrics: 2 });
    for (let i = 0; i < 5; i++) builder.gauge("g", i, []);
    const report = done(builder);
    assert.deepEqual(report.metrics.map(({ value }) => value), [0, 1]);
    assert.equal(report.status, "partial");
    assert.deepEqual(report.warnings, [
      { code: "limit", message: "max_returned_metrics: limit 2, seen 5, dropped 3" },
    ]);
  });

  it("counts a context of counts once, whatever the order of its tags", () => {
    const builder = new ReportBuilder("ns", { max_returned_metrics: 2 });
    for (const tags of [["a", "b"], ["b", "a"], ["c"], ["d"], ["a", "b"]]) builder.submit("count", "c", 1, tags);
    assert.deepEqual(done(builder).metrics.map(({ tags }) => tags.join()), ["a,b", "b,a", "c"]);
  });

  it("keeps to metric patterns by full name", () => {
    const builder = new ReportBuilder("ns", {}, (name) => name === "ns.yes");
    builder.gauge("yes", 1, []);
    builder.gauge("no", 1, []);
    assert.deepEqual(done(builder).metrics.map(({ name }) => name), ["ns.yes"]);
  });

  it("has a bound for warnings and for their texts", () => {
    const builder = new ReportBuilder("ns", {});
    for (let i = 0; i < 150; i++) builder.warn("parse", "x".repeat(5_000));
    const { warnings, status } = done(builder);
    assert.equal(warnings.length, 101);
    assert.equal(warnings[0]?.message.length, 1_000);
    assert.equal(warnings.at(-1)?.message, "50 more warnings are not shown");
    assert.equal(status, "ok");
  });

  it("writes the open ends of buckets as words, since JSON has no infinity", () => {
    const builder = new ReportBuilder("ns", {});
    builder.bucket("h", { value: 2.9, lowerBound: -Infinity, upperBound: Infinity, flushFirstValue: true }, ["a"]);
    assert.deepEqual(done(builder).histogram_buckets, [{
      name: "ns.h",
      value: 2,
      lower_bound: "-inf",
      upper_bound: "inf",
      monotonic: true,
      tags: ["a"],
      flush_first_value: true,
    }]);
  });
});
