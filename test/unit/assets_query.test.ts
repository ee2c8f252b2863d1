import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  parseCheckCondition,
  parseEventCondition,
  parseExpression,
  parseFormula,
  parseMetricCondition,
  parseMetricQuery,
  printCondition,
  printExpression,
  printMetricQuery,
  QuerySyntaxError,
} from "../../plugin/assets/query/mod.ts";

/** Without places, which differ between two ways of writing the same. */
const bare = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner) => /^at$|At$/.test(key) ? undefined : inner));

const QUERIES = [
  "sum:torchserve.openmetrics.inference.count{$host,$service,$model_name} by {model_name}.as_rate()",
  "avg:torchserve.openmetrics.cpu.utilization{*} by {host}",
  "max:torchserve.management_api.model.worker.status{model_name:a,!model_version:1.0,!$host} by {worker_id,host}",
  "sum:torchserve.openmetrics.requests.5xx.count{*}.as_count().rollup(sum, 60)",
];
const METRIC_CONDITIONS = [
  "sum(last_10m):sum:a.b{*} by {host}.as_count() / sum:c{*} by {host}.as_count() > 0.05",
  "pct_change(avg(last_1h),last_1d):sum:a.b{*} by {host,model_name} > 50",
  "min(last_15m):(100 * max:a{*} / (max:a{*} + max:b{*})) >= 95",
  "avg(last_1w):abs(-max:a{*}) < -1.5",
];
const CHECKS = ['"torchserve.inference_api.health".over("*").by("host","inference_api_url").last(4).count_by_status()'];
const EVENTS = ['events("source:torchserve removed").rollup("count").last("15m") > 0'];
const FORMULAS = [
  "100 * errors / (fine + errors)",
  "count_nonzero(abs(a - 1))",
  "-a / -(b * 2)",
  "a - b - c",
  "1e3 * clamp_min(a, 0)",
];

describe("queries", () => {
  it("are read, and printed as they were", () => {
    for (const text of QUERIES) assert.equal(printMetricQuery(parseMetricQuery(text)), text);
    for (const text of CHECKS) assert.equal(printCondition(parseCheckCondition(text)), text);
    for (const text of EVENTS) assert.equal(printCondition(parseEventCondition(text)), text);
    for (const text of METRIC_CONDITIONS) {
      const read = parseMetricCondition(text);
      assert.deepEqual(bare(parseMetricCondition(printCondition(read))), bare(read));
    }
    for (const text of [...FORMULAS]) {
      const read = parseFormula(text);
      assert.deepEqual(bare(parseFormula(printExpression(read))), bare(read));
    }
  });

  it("bind their operators as arithmetic does", () => {
    const value = (text: string) => printExpression(parseFormula(text));
    assert.equal(value("a + (b * c)"), "a + b * c");
    assert.equal(value("(a - b) - c"), "a - b - c");
    assert.equal(value("((a / b) / c) * d"), "a / b / c * d");
    assert.equal(value("a / (b * (c / d))"), "a / (b * (c / d))");
    assert.equal(value("(a + b) * -(c)"), "(a + b) * -c");
    assert.equal(value("-(a * b)"), "-(a * b)");
  });

  it("know where their parts stand", () => {
    const text = "sum:a.b{x:1, !$host} by { x , y }";
    const query = parseMetricQuery(text);
    const at = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
    assert.deepEqual(
      [query.metricAt, ...query.scope.map((term) => term.at), ...query.by.map((tag) => tag.at)].map(at),
      [
        "a.b",
        "x:1",
        "!$host",
        "x",
        "y",
      ],
    );
    const condition = parseMetricCondition("sum(last_5m):sum:a{*} > 10.5");
    assert.equal("sum(last_5m):sum:a{*} > 10.5".slice(condition.thresholdAt.start, condition.thresholdAt.end), "10.5");
    assert.equal(condition.window.seconds, 300);
  });

  it("that are wrong say what should stand where", () => {
    const problem = (read: () => unknown) => {
      try {
        read();
      } catch (thrown) {
        assert.ok(thrown instanceof QuerySyntaxError);
        return [thrown.offset, thrown.message];
      }
      return "it was read";
    };
    assert.deepEqual(problem(() => parseMetricQuery("summe:a{*}")), [
      0,
      'expected avg:, sum:, min: or max:, got "summe"',
    ]);
    assert.deepEqual(problem(() => parseMetricQuery("sum:a")), [5, 'expected "{" and a scope, got the end']);
    assert.deepEqual(problem(() => parseMetricQuery("sum:a{}")), [6, 'expected a scope, or *, got "}"']);
    assert.deepEqual(problem(() => parseMetricQuery("sum:a{b}")), [
      7,
      'expected ":" and a value of the tag b, got "}"',
    ]);
    assert.deepEqual(problem(() => parseMetricQuery("sum:a{*} by {}")), [13, 'expected a tag to group by, got "}"']);
    assert.deepEqual(problem(() => parseMetricQuery("sum:a{*}.as_cnt()")), [
      9,
      'expected as_count(), as_rate() or rollup(method, seconds), got "as_cnt"',
    ]);
    assert.deepEqual(problem(() => parseMetricQuery("sum:a{b:$host.value}")), [
      8,
      'expected a value of the tag b, without * and $, got "$host.value"',
    ]);
    assert.deepEqual(problem(() => parseMetricQuery("sum:a{b:c*}")), [9, 'expected "," or "}", got "*"']);
    assert.deepEqual(problem(() => parseMetricQuery("sum:a{$host.value}")), [11, 'expected "," or "}", got ".value"']);
    assert.deepEqual(problem(() => parseMetricQuery("sum:a{*}.rollup(summary)")), [
      16,
      'expected avg, sum, min or max, got "summary"',
    ]);
    assert.deepEqual(problem(() => parseFormula("a / 1e999")), [
      4,
      'expected a number that is not too large, got "1e999"',
    ]);
    assert.deepEqual(problem(() => parseFormula("clamp_min(a, b)")), [
      0,
      'expected clamp_min with a number as its second argument, got "clamp_min"',
    ]);
    assert.deepEqual(problem(() => parseMetricCondition("sum(last_0m):sum:a{*} > 1")), [
      9,
      'expected a length of time, as 5m, 1h, 1d or 1w, got "0m"',
    ]);
    assert.deepEqual(problem(() => parseCheckCondition('"a".over("*").last(0).count_by_status()')), [
      19,
      'expected a number of statuses, got "0"',
    ]);
    assert.deepEqual(problem(() => parseFormula("a +")), [3, "expected the name of a query or a number, got the end"]);
    assert.deepEqual(problem(() => parseFormula("a b")), [2, 'expected an operator or the end, got "b"']);
    assert.deepEqual(problem(() => parseFormula("median(a)")), [
      0,
      'expected one of the functions abs, count_nonzero, default_zero, clamp_min, got "median"',
    ]);
    assert.deepEqual(problem(() => parseExpression("a")), [0, 'expected a metric query or a number, got "a"']);
    assert.deepEqual(problem(() => parseMetricCondition("sum(last_5m):sum:a{*}")), [
      21,
      "expected an operator, or >, >=, < or <= and a threshold, got the end",
    ]);
    assert.deepEqual(problem(() => parseMetricCondition("sum(last_5s):sum:a{*} > 1")), [
      9,
      'expected a length of time, as 5m, 1h, 1d or 1w, got "5s"',
    ]);
    assert.deepEqual(problem(() => parseCheckCondition('"a".over("*").last().count_by_status()')), [
      19,
      'expected a number of statuses, got ")"',
    ]);
    assert.deepEqual(problem(() => parseEventCondition('events("a).rollup("count").last("5m") > 0')), [
      19,
      'expected ")", got "count"',
    ]);
  });

  it("of any text are read or refused, and what is read is printed and read again", () => {
    const piece = fc.constantFrom(
      ..."sum: avg: a.b {*} { } ( ) by {x} , $host !x:1 .as_count() .rollup(sum) + - * / 1 2.5 name abs( > sum(last_5m):"
        .split(" "),
      ...' \n"',
      "é",
    );
    const text = fc.oneof(fc.string(), fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join("")));
    const readers: readonly ((text: string) => void)[] = [
      (text) => {
        const read = parseMetricQuery(text);
        assert.deepEqual(bare(parseMetricQuery(printMetricQuery(read))), bare(read));
      },
      (text) => {
        const read = parseFormula(text);
        assert.deepEqual(bare(parseFormula(printExpression(read))), bare(read));
      },
      (text) => {
        const read = parseMetricCondition(text);
        assert.deepEqual(bare(parseMetricCondition(printCondition(read))), bare(read));
      },
      (text) => void parseCheckCondition(text),
      (text) => void parseEventCondition(text),
    ];
    fc.assert(
      fc.property(text, fc.constantFrom(...readers), (text, reader) => {
        try {
          reader(text);
        } catch (thrown) {
          if (!(thrown instanceof QuerySyntaxError)) throw thrown;
          assert.ok(thrown.offset >= 0 && thrown.offset <= text.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("are bounded", () => {
    assert.throws(() => parseFormula("(".repeat(5_000)), QuerySyntaxError);
    assert.throws(() => parseFormula("-".repeat(5_000)), QuerySyntaxError);
    assert.throws(() => parseFormula(`a${" + a".repeat(1_000)}`), QuerySyntaxError);
    parseFormula(`a${" + a".repeat(900)}`);
  });
});
