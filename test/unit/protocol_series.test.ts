import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { MethodResult } from "../../plugin/protocol/method.ts";
import { textOf } from "../../plugin/protocol/pieces.ts";
import { writeReply } from "../../plugin/protocol/reply.ts";
import { Series } from "../../plugin/protocol/series.ts";
import { type Report, ReportBuilder, type SubmissionType } from "../../plugin/report/mod.ts";
import { merge } from "../support/parts.ts";
import { asSet, SeriesHost } from "../support/series.ts";

/** What a check submits. */
interface Submission {
  readonly type: SubmissionType;
  readonly name: string;
  readonly value: number;
  readonly tags: readonly string[];
  readonly hostname?: string;
  readonly flush?: boolean;
}

const STATS = { duration_ms: 1, requests: 1, bytes: 2 };

function submitAll(builder: ReportBuilder, submissions: readonly Submission[]): Report {
  for (const { type, name, value, tags, hostname, flush } of submissions) {
    builder.submit(type, name, value, tags, hostname, flush);
  }
  return builder.finish(STATS, { version: 1, models: submissions.map(({ name }) => name) });
}

/** One run of which the report goes to a host as series. */
function run(series: Series, submissions: readonly Submission[], host: SeriesHost, maxBytes?: number, options = {}) {
  series.columns.start();
  const report = submitAll(new ReportBuilder("ns", options, undefined, series.columns), submissions);
  series.end();
  const held = host.seriesId;
  const result: MethodResult = {
    get value() {
      return { ...report, metrics: series.columns.toMetrics() };
    },
    json: () => series.pieces(report, held),
    inLines: (most) => series.value(report, held, most),
  };
  const lines: string[] = [];
  writeReply(7, result, maxBytes, (pieces) => lines.push(textOf(pieces)));
  for (const line of lines) assert.ok(new TextEncoder().encode(line).length <= (maxBytes ?? Infinity));
  assert.ok(lines.at(-1)?.startsWith('{"jsonrpc":"2.0","id":7,"result":'));
  const parsed = lines.map((line) => JSON.parse(line));
  const whole = [...parsed.slice(0, -1).map(({ params }) => params.part), parsed.at(-1).result].reduce(merge);
  assert.deepEqual(whole.state, report.state);
  return { metrics: host.read(whole), bytes: lines.join("").length, lines: lines.length };
}

const tagLists: readonly (readonly string[])[] = [
  [],
  ["bare"],
  ["a:1"],
  ["a:1"],
  ['quote:"', "é:ü", "日本:\n"],
  [
    "a:1\n",
    "b",
  ],
  ["a:1", "\nb"],
  ["x".repeat(300)],
];
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(0, -0, 1e308, 5e-324, 2 ** 53),
);
const submission: fc.Arbitrary<Submission> = fc.record({
  type: fc.constantFrom<SubmissionType>("gauge", "monotonic_count", "count"),
  name: fc.constantFrom("a.b", "a.c", "名"),
  value,
  tags: fc.constantFrom(...tagLists),
  hostname: fc.constantFrom("", "host-1", "host\n2"),
  flush: fc.boolean(),
}, { requiredKeys: ["type", "name", "value", "tags"] });
/** A run, and whether the next one has the same metrics with other values. */
const runs = fc.array(
  fc.record({ submissions: fc.array(submission, { maxLength: 40 }), again: fc.boolean(), restarts: fc.boolean() }),
  { maxLength: 6 },
);

describe("reports as series", () => {
  for (const maxBytes of [undefined, 4_096]) {
    it(`have the metrics of the objects, run after run${maxBytes === undefined ? "" : ", in parts"}`, () => {
      fc.assert(fc.property(runs, fc.boolean(), (all, empty_default_hostname) => {
        let series = new Series();
        const host = new SeriesHost();
        for (const { submissions, again, restarts } of all) {
          const rounds = [submissions];
          if (again) rounds.push(submissions.map((each) => ({ ...each, tags: [...each.tags], value: -each.value })));
          for (const round of rounds) {
            const objects = submitAll(new ReportBuilder("ns", { empty_default_hostname }), round).metrics;
            const { metrics } = run(series, round, host, maxBytes, { empty_default_hostname });
            assert.deepEqual(asSet(metrics), asSet(objects));
          }
          if (restarts) series = new Series();
        }
      }));
    });
  }

  const many = (count: number, value: number): Submission[] =>
    Array.from({ length: count }, (_, i) => ({
      type: "gauge",
      name: `metric_${i % 3}`,
      value: value + i / 3,
      tags: [`model_name:m${i % 500}`],
    }));

  it("have a table only where the host holds another one", () => {
    const series = new Series();
    const host = new SeriesHost();
    for (const submissions of [many(600, 1), many(600, 2), many(600, 3)]) run(series, submissions, host);
    assert.equal(host.tables, 1);
    const other = new SeriesHost();
    run(series, many(600, 4), other);
    assert.equal(other.seriesId, host.seriesId);
    run(new Series(), many(600, 5), host);
    assert.equal(host.tables, 1, "another process makes the same table");
    const before = host.seriesId;
    run(series, many(599, 6), host);
    run(series, many(600, 7), host);
    assert.deepEqual([host.tables, host.seriesId], [3, before]);
  });

  it("have 11 bytes of a value each where nothing else has changed", () => {
    const series = new Series();
    const host = new SeriesHost();
    run(series, many(3_000, 1), host);
    const { bytes } = run(series, many(3_000, 2), host);
    assert.ok(bytes < 3_000 * 11 + 40_000, `${bytes} bytes`);
  });

  it("are cut into lines: families with many metrics, many lists of tags, many values", () => {
    const series = new Series();
    const host = new SeriesHost();
    for (const value of [1, 2]) {
      const { metrics, lines } = run(series, many(6_000, value), host, 4_096);
      assert.ok(lines > 10);
      assert.deepEqual(
        asSet(metrics),
        asSet(submitAll(new ReportBuilder("ns", {}), many(6_000, value)).metrics),
      );
    }
    assert.equal(host.tables, 1);
  });

  it("come as objects where a list of tags fits no line", () => {
    const submissions: Submission[] = [
      { type: "gauge", name: "a", value: 1, tags: ["x".repeat(5_000)] },
      ...many(500, 2),
    ];
    const host = new SeriesHost();
    const { metrics } = run(new Series(), submissions, host, 4_096);
    assert.equal(metrics.length, 500);
    assert.equal(host.tables, 0);
  });

  it("are encoded piece by piece: none of a long table cuts a character", () => {
    for (const start of ["", "x"]) {
      const submissions: Submission[] = [{ type: "gauge", name: "a", value: 1, tags: [start + "😀".repeat(500_000)] }];
      const series = new Series();
      series.columns.start();
      const report = submitAll(new ReportBuilder("ns", {}, undefined, series.columns), submissions);
      series.end();
      const pieces = [...series.pieces(report, undefined).pieces];
      assert.ok(pieces.length > 8);
      const bytes = pieces.map((piece) => typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
      assert.deepEqual(new SeriesHost().read(JSON.parse(textOf(bytes)))[0]?.tags, submissions[0]?.tags);
    }
  });

  it("tell lists of tags apart, however long they are", () => {
    const long = Array.from({ length: 100_000 }, (_, i) => `t:${i % 70_000}`);
    const lists = [long, [...long], long.slice(1), long.slice(0, 1_001), long.slice(0, 1_000), ["t:1", "t:2"], [
      "t:2",
      "t:1",
    ]];
    const submissions = lists.map((tags, value): Submission => ({ type: "gauge", name: "a", value, tags }));
    const { metrics } = run(new Series(), submissions, new SeriesHost());
    assert.deepEqual(asSet(metrics), asSet(submitAll(new ReportBuilder("ns", {}), submissions).metrics));
  });

  it("take nothing from a run that was given up", () => {
    const series = new Series();
    series.columns.start();
    const builder = new ReportBuilder("ns", {}, undefined, series.columns);
    submitAll(builder, many(3, 1));
    builder.gauge("late", 1, []);
    series.end();
    assert.equal(series.columns.toMetrics().length, 3);
  });
});
