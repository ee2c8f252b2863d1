import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import fc from "fast-check";
import { encodeReport } from "../../plugin/protocol/encode.ts";
import { EncodedMetrics } from "../../plugin/protocol/encoded_metrics.ts";
import type { Piece } from "../../plugin/protocol/pieces.ts";
import type { Metric, Report } from "../../plugin/report/report.ts";

function reportOf(metrics: Metric[]): Report {
  return {
    status: "ok",
    metrics,
    histogram_buckets: [],
    service_checks: [],
    events: [],
    metadata: {},
    warnings: [],
    stats: { duration_ms: 1.5, requests: 1, bytes: 10, samples: metrics.length },
  };
}

function bytesOf(piece: Piece): Uint8Array {
  return typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
}

/** Pieces that are not lent are only valid until the next one: each is copied at once. */
function encode(report: Report, memory?: EncodedMetrics): unknown {
  const { pieces, onWritten } = encodeReport(report, memory);
  const taken: Uint8Array[] = [];
  for (const piece of pieces) taken.push(onWritten === undefined ? new Uint8Array(bytesOf(piece)) : bytesOf(piece));
  const json = JSON.parse(Buffer.concat(taken).toString("utf8"));
  onWritten?.();
  return json;
}

/** Few tag lists, names and hosts, so that many metrics share them, as those of a target do. */
const tagLists: readonly (readonly string[])[] = [[], ["a:1"], ["a:1"], ['quote:"', "é:ü", "日本:\n"], [
  "x".repeat(500),
]];
const metric: fc.Arbitrary<Metric> = fc.record({
  name: fc.constantFrom("a.b", "a.c", "名"),
  type: fc.constantFrom<Metric["type"]>("gauge", "monotonic_count"),
  value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constant(1e21)),
  tags: fc.constantFrom(...tagLists),
  hostname: fc.constantFrom("", "host-1"),
  flush_first_value: fc.boolean(),
}, { requiredKeys: ["name", "type", "value", "tags"] });

describe("encodeReport", () => {
  it("writes what JSON.stringify writes, report after report of one instance", () => {
    fc.assert(fc.property(fc.array(fc.array(metric, { maxLength: 20 }), { maxLength: 6 }), (reports) => {
      const memory = new EncodedMetrics();
      for (const metrics of reports) {
        const report = reportOf(metrics);
        assert.deepEqual(encode(report, memory), JSON.parse(JSON.stringify(report)));
      }
    }));
  });

  it("writes new values of the same metrics", () => {
    const memory = new EncodedMetrics();
    const tags = ["model_name:m"];
    for (let value = 0; value < 5; value++) {
      const report = reportOf([{ name: "a", type: "gauge", value, tags }, {
        name: "b",
        type: "gauge",
        value: -value / 3,
        tags,
      }]);
      assert.deepEqual(encode(report, memory), JSON.parse(JSON.stringify(report)));
    }
  });

  it("writes values that grow out of their place, and the longest ones", () => {
    const memory = new EncodedMetrics();
    const tags = ["model_name:m"];
    const values = [0, 7, 99_999, 1e8, 1e9, 0.5, -0.0000012345678901234567, -1.2345678901234567e-100, 1e21, 2, -0];
    for (const value of values) {
      const report = reportOf([value, 1, value].map((each) => ({ name: "a", type: "gauge", value: each, tags })));
      assert.deepEqual(encode(report, memory), JSON.parse(JSON.stringify(report)));
    }
  });

  it("writes any value after any other", () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ noNaN: true, min: -1e-5, max: 1e-5 }),
      fc.integer(),
      fc.maxSafeInteger(),
    );
    fc.assert(fc.property(fc.array(number, { minLength: 3, maxLength: 30 }), (values) => {
      const memory = new EncodedMetrics();
      const tags = ["model_name:m"];
      for (const value of values) {
        const report = reportOf([{ name: "a", type: "gauge", value, tags }]);
        assert.deepEqual(encode(report, memory), JSON.parse(JSON.stringify(report)));
      }
    }));
  });

  it("writes metrics that are longer than a piece", () => {
    const memory = new EncodedMetrics();
    for (let run = 0; run < 3; run++) {
      const tags = ["é".repeat(200_000)];
      const report = reportOf([1, 2, 3].map((value) => ({ name: "a", type: "gauge", value, tags })));
      assert.deepEqual(encode(report, memory), JSON.parse(JSON.stringify(report)));
    }
  });

  it("writes buckets that are longer than a piece, report after report", () => {
    const memory = new EncodedMetrics();
    const bucket = { lower_bound: 0, upper_bound: 0.5, monotonic: true, tags: ["model_name:m", "x".repeat(100)] };
    for (let run = 0; run < 4; run++) {
      const report = {
        ...reportOf([{ name: "a", type: "gauge", value: run, tags: [] }]),
        histogram_buckets: Array.from({ length: 6_000 }, (_, i) => ({ ...bucket, name: `h${i}`, value: run })),
      };
      assert.deepEqual(encode(report, memory), JSON.parse(JSON.stringify(report)));
    }
  });

  it("takes its memory again after a report with buckets, read whole or not", () => {
    const memory = new EncodedMetrics();
    const bucket = { name: "h", value: 1, lower_bound: 0, upper_bound: 1, monotonic: true, tags: [] };
    const withBuckets = { ...reportOf([]), histogram_buckets: [bucket] };
    encode(reportOf([]), memory);
    for (const stops of [false, true]) {
      for (const _ of encodeReport(withBuckets, memory).pieces) if (stops) break;
      const { onWritten } = encodeReport(reportOf([]), memory);
      assert.ok(onWritten !== undefined);
      onWritten();
    }
  });

  it("stays right when a reader stops in the middle of a report", () => {
    const memory = new EncodedMetrics();
    const many = (name: string) =>
      reportOf(
        Array.from({ length: 2_000 }, (_, i) => ({ name, type: "gauge", value: i, tags: tagLists[i % 4] ?? [] })),
      );
    encode(many("a"), memory);
    encode(many("b"), memory);
    const { pieces, onWritten } = encodeReport(many("c"), memory);
    for (const _ of pieces) break;
    onWritten?.();
    assert.deepEqual(encode(many("b"), memory), JSON.parse(JSON.stringify(many("b"))));
  });

  it("leaves what it lent as it is until that is given back", () => {
    const memory = new EncodedMetrics();
    const tags = ["model_name:m"];
    const of = (value: number) =>
      reportOf(Array.from({ length: 600 }, () => ({ name: "a", type: "gauge", value, tags })));
    encode(of(1), memory);
    const lent = encodeReport(of(2), memory);
    const pieces = [...lent.pieces].map(bytesOf);
    assert.ok(lent.onWritten !== undefined);
    for (let value = 3; value < 6; value++) {
      assert.deepEqual(encode(of(value), memory), JSON.parse(JSON.stringify(of(value))));
    }
    assert.deepEqual(JSON.parse(Buffer.concat(pieces).toString("utf8")), JSON.parse(JSON.stringify(of(2))));
    lent.onWritten();
    assert.ok(encodeReport(of(6), memory).onWritten !== undefined);
  });
});
