import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { acceptedFormat, acceptsGzip } from "../../plugin/exporter/accept.ts";
import { readListenAddress } from "../../plugin/exporter/listen_address.ts";
import { OwnMetrics } from "../../plugin/exporter/own_metrics.ts";
import { withoutTags } from "../../plugin/exporter/report_tags.ts";
import { scrapeTimeMs } from "../../plugin/exporter/scrape_time.ts";
import { ReportBuilder } from "../../plugin/report/mod.ts";

describe("acceptedFormat()", () => {
  const cases = [
    [null, "prometheus"],
    ["*/*", "prometheus"],
    ["text/plain", "prometheus"],
    ["text/html,application/xhtml+xml,*/*;q=0.8", "prometheus"],
    ["application/openmetrics-text", "openmetrics"],
    ["application/openmetrics-text; version=1.0.0", "openmetrics"],
    ['application/openmetrics-text; version="1.0.0"', "openmetrics"],
    ["application/openmetrics-text;version=0.0.1", "prometheus"],
    ["application/openmetrics-text;q=0.1,text/plain;q=0.9", "prometheus"],
    ["application/openmetrics-text;q=0,*/*", "prometheus"],
    ["text/plain;q=0.5,application/openmetrics-text", "openmetrics"],
    ["application/json", "prometheus"],
    // Prometheus 2.42.
    [
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75," +
      "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
      "openmetrics",
    ],
    // Prometheus 3.
    [
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;" +
      "version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
      "openmetrics",
    ],
    [";;;,q=1,=,", "prometheus"],
    ["application/openmetrics-text;q=nonsense", "prometheus"],
  ] as const;
  for (const [accept, expected] of cases) {
    it(`gives ${expected} for ${accept}`, () => assert.equal(acceptedFormat(accept), expected));
  }
});

describe("acceptsGzip()", () => {
  it("goes by weights", () => {
    for (const field of ["gzip", "deflate, gzip;q=0.5", "*", "GZIP", "br, *;q=0.1"]) {
      assert.ok(acceptsGzip(field), field);
    }
    for (const field of [null, "", "identity", "gzip;q=0", "br", "*;q=0", "*, gzip;q=0"]) {
      assert.equal(acceptsGzip(field), false, String(field));
    }
  });
});

describe("scrapeTimeMs()", () => {
  it("takes the offset off, is bounded by the module, and is 120 s where nobody says anything", () => {
    assert.equal(scrapeTimeMs("10", 0.5), 9_500);
    assert.equal(scrapeTimeMs("10", 0.5, 3), 3_000);
    assert.equal(scrapeTimeMs("10", 0.5, 20), 9_500);
    assert.equal(scrapeTimeMs(null, 0.5), 120_000);
    assert.equal(scrapeTimeMs(null, 0.5, 5), 5_000);
    assert.equal(scrapeTimeMs("0.4", 0.5), 400);
    assert.equal(scrapeTimeMs("100000", 0.5), 120_000);
  });
  it("takes no other text for a number", () => {
    for (const header of ["", "x", "-1", "0", "1e9", "Infinity", "10s"]) {
      assert.equal(scrapeTimeMs(header, 0.5), undefined);
    }
  });
});

describe("readListenAddress()", () => {
  it("reads a host and a port, or a port of all addresses", () => {
    assert.deepEqual(readListenAddress(":9000"), { hostname: undefined, port: 9000 });
    assert.deepEqual(readListenAddress("127.0.0.1:0"), { hostname: "127.0.0.1", port: 0 });
    assert.deepEqual(readListenAddress("[::1]:9000"), { hostname: "::1", port: 9000 });
    for (const text of ["", "9000", "host", "host:", "::1:9000", "http://a:1", "a:65536", "[ts]:1", "a b:1"]) {
      assert.equal(readListenAddress(text), undefined, text);
    }
  });
});

describe("withoutTags()", () => {
  it("leaves the report alone, and its lists shared", () => {
    const builder = new ReportBuilder("torchserve.openmetrics", {});
    const tags = ["endpoint:http://ts:8082/metrics", "model_name:a"];
    builder.serviceCheck("health", 0, tags);
    const report = builder.finish({ duration_ms: 1, requests: 1, bytes: 1 }, undefined);
    const stripped = withoutTags(report, new Set(["endpoint:http://ts:8082/metrics"]));
    assert.deepEqual(stripped.service_checks.map(({ tags }) => tags), [["model_name:a"]]);
    assert.deepEqual(report.service_checks.map(({ tags }) => tags), [tags]);
  });
});

describe("OwnMetrics", () => {
  it("has as many series after many probes as after a few", () => {
    const metrics = new OwnMetrics();
    const count = () => {
      const families = metrics.families({ inFlight: 1, targets: 2 });
      return families.reduce((sum, { samples }) => sum + samples.size, 0);
    };
    metrics.probed("default", true, 0.1);
    metrics.probed("default", false, 99);
    const few = count();
    for (let i = 0; i < 10_000; i++) {
      metrics.probed("default", i % 2 === 0, i);
      metrics.refused("target");
    }
    assert.equal(count(), few);
  });
});
