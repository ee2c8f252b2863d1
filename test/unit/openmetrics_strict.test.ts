import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OpenMetricsSyntaxError, parse } from "../../plugin/openmetrics/mod.ts";
import { collect, type SampleCopy } from "./openmetrics_families.ts";

const read = (text: string) => collect(text, { format: "openmetrics" });

/** The samples of a text without problems; the end is added. */
function samplesOf(text: string): SampleCopy[] {
  const { families, problems } = read(`${text}\n# EOF\n`);
  assert.deepEqual(problems, []);
  return families.flatMap((family) => family.samples);
}

describe("parse() of the openmetrics format reads", () => {
  it("metadata in any order", () => {
    const text =
      '# UNIT a_seconds seconds\n# HELP a_seconds x \\\\ \\" \\n\n# TYPE a_seconds gauge\na_seconds 1\n# EOF';
    assert.deepEqual(read(text).families, [
      { name: "a_seconds", type: "gauge", help: 'x \\ " \n', unit: "seconds", samples: [["a_seconds", [], 1]] },
    ]);
  });
  it("each type with its samples", () => {
    const types: [type: string, lines: string][] = [
      ["counter", "a_total 1 2 # {} 1\na_created 5 2"],
      ["gauge", 'a{x="1"} -1\na{x="2"} NaN'],
      ["histogram", 'a_bucket{le="1"} 1\na_bucket{le="+Inf"} 2 # {x="y"} 3 4\na_count 2\na_sum 3\na_created 4'],
      ["gaugehistogram", 'a_bucket{le="-1"} 1\na_bucket{le="+Inf"} 2\na_gcount 2\na_gsum -3'],
      ["summary", 'a{quantile="0.5"} NaN\na_count 2\na_sum 3\na_created 4'],
      ["stateset", 'a{a="on"} 1\na{a="off"} 0'],
      ["info", 'a_info{x="1"} 1\na_info{x="2"} 1'],
      ["unknown", "a 1"],
    ];
    for (const [type, lines] of types) {
      const { families, problems } = read(`# TYPE a ${type}\n${lines}\n# EOF\n`);
      assert.deepEqual(problems, [], type);
      assert.deepEqual(families.map((family) => [family.name, family.type]), [["a", type]]);
      const names = lines.split("\n").map((line) => line.split(/[{ ]/)[0]);
      assert.deepEqual(families[0]?.samples.map(([name]) => name), names);
    }
  });
  it("several points of a metric, as the standard's example has them", () => {
    const text = '# TYPE a summary\na_count{x="1"} 0 123\na_sum{x="1"} 0 123\na_count{x="1"} 0 456\na_sum{x="1"} 0 456';
    assert.equal(samplesOf(text).length, 4);
  });
  it("the same sample once, if its timestamps are the same to the nanosecond", () => {
    assert.deepEqual(samplesOf("a 1 0.1000000001\na 2 0.1000000002\na 3 0.100000001").map((sample) => sample[2]), [
      1,
      3,
    ]);
  });
  it("timestamps that differ only beyond a double's precision", () => {
    assert.equal(samplesOf("a 1 1600000000.000000001\na 2 1600000000.000000002").length, 2);
  });
  it("labels in another order as the same set", () => {
    const text = '# TYPE a summary\na_count{x="1",y="2"} 1\na_sum{y="2",x="1"} 1\na_count{x="2",y="1"} 1';
    assert.equal(samplesOf(text).length, 3);
    const { problems } = read('a{x="1",y="2"} 1\na{x="2",y="1"} 1\na{y="2",x="1"} 1\n# EOF\n');
    assert.deepEqual(problems.map(({ line, expected }) => [line, expected]), [
      [3, "the samples of a metric to stand together"],
    ]);
  });
  it("values with another escape for the same text as the same set", () => {
    const { problems } = read('a{x="\\z"} 1\na{x="y"} 1\na{x="\\\\z"} 1\n# EOF\n');
    assert.deepEqual(problems.map(({ line }) => line), [3]);
  });
});

describe("parse() of the openmetrics format skips and reports the line", () => {
  const cases: [line: string, problem: string][] = [
    ["", "column 1: expected no blank line, got the end of the line"],
    ["# comment", 'column 3: expected TYPE, UNIT, HELP or EOF, got "comment"'],
    ["#  TYPE b gauge", 'column 3: expected TYPE, UNIT, HELP or EOF, got " TYPE b gauge"'],
    ["# TYPE b untyped", 'column 10: expected a metric type, got "untyped"'],
    ["# TYPE b toString", 'column 10: expected a metric type, got "toString"'],
    ["# HELP b x\r", 'column 11: expected no carriage return at the end of the line, got "\\r"'],
    ["# UNIT b s", 'column 10: expected a unit that the family\'s name ends with, got "s"'],
    ["# TYPE a gauge", 'column 1: expected metadata before the samples of its family, got "# TYPE a gauge"'],
    [" b 1", 'column 1: expected a metric name, got " "'],
    ["b", 'column 2: expected a space or "{", got the end of the line'],
    ["b 1\r", 'column 4: expected a space or the end of the line, got "\\r"'],
    ["b  1", 'column 3: expected a value, got " "'],
    ["b 1 ", "column 5: expected a timestamp, got the end of the line"],
    ["b -NaN", 'column 3: expected a value within a double\'s range, or NaN without a sign, got "-NaN"'],
    ["b 1e999", 'column 3: expected a value within a double\'s range, or NaN without a sign, got "1e999"'],
    ["b 1 1e999", 'column 5: expected a timestamp within a double\'s range, or NaN without a sign, got "1e999"'],
    ['b{="1"} 1', 'column 3: expected a label name, got "="'],
    ['b{x:y="1"} 1', 'column 4: expected "=", got ":"'],
    ['b{x="1",} 1', 'column 9: expected a label name, got "}"'],
    ['b{x="1" } 1', 'column 8: expected "," or "}", got " "'],
    ['b{x="ü"}1', 'column 9: expected a space, got "1"'],
    ['b{x="1} 1', "column 10: expected a closing quote, got the end of the line"],
    ['b{x="1",y="2",x="3"} 1', 'column 15: expected a label name that was not used before, got "x"'],
    ["a 1", 'column 1: expected a sample that the metric does not have yet, got "a 1"'],
    ["a 1 1", 'column 1: expected all samples of a metric to have timestamps, or none, got "a 1 1"'],
  ];
  for (const [line, problem] of cases) {
    it(JSON.stringify(line), () => {
      const text = `a 1\n${line}\nc 3\n# EOF\n`;
      const message = `line 2, ${problem}`;
      const { families, problems } = read(text);
      assert.deepEqual(problems.map((found) => found.message), [message]);
      assert.deepEqual(families.flatMap(({ samples }) => samples).map(([name]) => name), ["a", "c"]);
      assert.throws(() => parse(text, { format: "openmetrics", strict: true }, () => {}), {
        name: "OpenMetricsSyntaxError",
        message,
      });
    });
  }

  it("that repeats label names of a line that failed", () => {
    const { problems } = read('b{x="1",x="2\nb{x="1",x="2"} 1\nb{x="1",y="2"} 1\n# EOF\n');
    assert.deepEqual(problems.map(({ line }) => line), [1, 2]);
  });
  it("that is not UTF-8, and no other", () => {
    const text = new Uint8Array([...new TextEncoder().encode('a{x="ü"} 1\nb{x="'), 255, 34, 125, 32, 49, 10]);
    const { families, problems } = collect(new Uint8Array([...text, ...new TextEncoder().encode("# EOF\n")]), {
      format: "openmetrics",
    });
    assert.deepEqual(families.map(({ name }) => name), ["a"]);
    assert.deepEqual(problems.map(({ line, expected }) => [line, expected]), [[2, "UTF-8"]]);
  });
  it("that a type's rules forbid", () => {
    const broken: [type: string, line: string, expected: string][] = [
      ["counter", "a_total -1", "a value that is not negative"],
      ["histogram", 'a_bucket{le="+Inf"} 1.5', "an integer"],
      ["histogram", 'a_bucket{le="inf"} 1', '"+Inf"'],
      ["histogram", 'a_bucket{le="x"} 1', "a number as threshold"],
      ["histogram", 'a_sum{le="1"} 1', "no label that only other samples of the family have"],
      ["summary", "a 1", 'a label "quantile"'],
      ["summary", 'a{quantile="2"} 1', "a quantile from 0 to 1"],
      ["stateset", 'a{b="1"} 1', "a label with the family's name"],
      ["stateset", 'a{a="1"} 2', "0 or 1"],
      ["info", "a_info 0", "1"],
    ];
    for (const [type, line, expected] of broken) {
      const { problems } = read(`# TYPE a ${type}\n${line}\n# EOF\n`);
      assert.deepEqual(problems.map((problem) => [problem.line, problem.expected]), [[2, expected]], line);
    }
  });
});

describe("parse() of the openmetrics format skips and reports the exemplar, but not the sample,", () => {
  const long = "x".repeat(130);
  const cases: [what: string, type: string, sample: string, column: number, expected: string][] = [
    ["of a gauge", "gauge", "a 1 # {} 1", 5, "no exemplar"],
    ["of a created time", "counter", "a_created 1 # {} 1", 13, "no exemplar"],
    ["beyond its bucket", "histogram", 'a_bucket{le="1"} 1 # {} 2', 20, "an exemplar within its bucket"],
    ["without value", "counter", "a_total 1 # {}", 15, "a space"],
    ["with a bad value", "counter", "a_total 1 # {} x", 16, "an exemplar's value"],
    ["with a bad timestamp", "counter", "a_total 1 2 # {} 3 x", 20, "an exemplar's timestamp"],
    ["with an empty label name", "counter", 'a_total 1 # {="x"} 1', 14, "a label name"],
    ["with repeated labels", "counter", 'a_total 1 # {x="1",x="2"} 1', 14, "an exemplar without repeated label names"],
    [
      "that is too long",
      "counter",
      `a_total 1 # {x="${long}"} 1`,
      14,
      "an exemplar whose labels have at most 128 characters",
    ],
  ];
  for (const [what, type, sample, column, expected] of cases) {
    it(what, () => {
      const last = type === "histogram" ? 'a_bucket{le="+Inf"} 2\n' : "";
      const text = `# TYPE a ${type}\n${sample}\n${last}# EOF\n`;
      const { families, problems } = read(text);
      assert.deepEqual(problems.map((found) => [found.line, found.column, found.expected]), [[2, column, expected]]);
      assert.equal(families[0]?.samples[0]?.[2], 1);
      assert.equal(parse(text, { format: "openmetrics" }, () => {}).skippedLines, 0);
      assert.throws(() => parse(text, { format: "openmetrics", strict: true }, () => {}), { line: 2, column });
    });
  }
  it("of a name that no TYPE announces", () => {
    const { families, problems } = read("b 1 # {} 1\n# EOF\n");
    assert.deepEqual(families.map(({ name }) => name), ["b"]);
    assert.deepEqual(problems.map(({ column, expected }) => [column, expected]), [[5, "no exemplar"]]);
  });
  it("that is not UTF-8", () => {
    const bytes = new TextEncoder().encode('# TYPE a counter\na_total 1 # {x="?"} 1\n# EOF\n');
    bytes[bytes.indexOf(63)] = 255;
    const { families, problems } = collect(bytes, { format: "openmetrics" });
    assert.equal(families[0]?.samples.length, 1);
    assert.deepEqual(problems.map(({ expected }) => expected), ["UTF-8"]);
  });
});

describe("parse() of the openmetrics format keeps a histogram that lacks a line", () => {
  const lines = ['h_bucket{le="1"} 1', 'h_bucket{le="2"} 2', 'h_bucket{le="+Inf"} 3', "h_count 3", "h_sum 1"];
  for (const [k, line] of lines.entries()) {
    it(line, () => {
      const text = `# TYPE h histogram\n${lines.map((each, i) => `${each}${i === k ? "x" : ""}\n`).join("")}# EOF\n`;
      const { families, problems } = read(text);
      assert.deepEqual(families.map(({ samples }) => samples.length), [lines.length - 1]);
      assert.deepEqual(problems.map((problem) => problem.line), [k + 2]);
    });
  }
});

describe("parse() of the openmetrics format counts the lines that it skips:", () => {
  const cases: [what: string, text: string, skipped: number][] = [
    ["lines that it cannot read", "# TYPE a gauge\na x\n\n# nothing\na 1\n# EOF\n", 3],
    ["samples of a family that breaks a rule", '# TYPE h histogram\nh_bucket{le="1"} 1\nh_count 1\n# EOF\n', 2],
    ["none, where only the end is missing", "a 1\n", 0],
  ];
  for (const [what, text, skipped] of cases) {
    it(what, () => assert.equal(parse(text, { format: "openmetrics" }, () => {}).skippedLines, skipped));
  }
});

describe("parse() of the openmetrics format takes a byte order mark for a problem", () => {
  it("and reads on after it", () => {
    const { families, problems } = read("\ufeffa 1\n# EOF\n");
    assert.deepEqual(families.map(({ name }) => name), ["a"]);
    assert.deepEqual(problems.map(({ line, column, expected }) => [line, column, expected]), [[
      1,
      1,
      "no byte order mark",
    ]]);
  });
});

describe("parse() of the openmetrics format skips and reports the family", () => {
  const bucket = 'h_bucket{le="+Inf"} 2\n';
  const cases: [what: string, lines: string, expected: string][] = [
    ["without +Inf bucket", 'h_bucket{le="1"} 1\n', 'a bucket with le="+Inf" in "h"'],
    [
      "with buckets out of order",
      `h_bucket{le="2"} 1\nh_bucket{le="1"} 2\n`,
      'buckets in increasing order of "le" in "h"',
    ],
    ["with buckets that are not cumulative", `h_bucket{le="1"} 3\n${bucket}`, 'buckets that are cumulative in "h"'],
    ["with another count", `${bucket}h_count 3\nh_sum 1\n`, 'a count equal to the +Inf bucket in "h"'],
    ["with a sum and no count", `${bucket}h_sum 1\n`, 'a count beside the sum in "h"'],
    ["with a count and no sum", `${bucket}h_count 2\n`, 'a sum beside the count in "h"'],
  ];
  for (const [what, lines, expected] of cases) {
    it(what, () => {
      const { families, problems } = read(`# TYPE a gauge\na 1\n# TYPE h histogram\n${lines}# TYPE c gauge\n# EOF\n`);
      assert.deepEqual(families.map((family) => family.name), ["a", "c"]);
      assert.deepEqual(problems.map((problem) => problem.expected), [expected]);
    });
  }

  it("whose name or sample names another family has", () => {
    const { families, problems } = read("# TYPE a counter\n# TYPE a_total gauge\na_total 1\nb 1\na_created 1\n# EOF\n");
    assert.deepEqual(families.map((family) => family.name), ["a", "b"]);
    assert.deepEqual(problems.map(({ line, column }) => [line, column]), [[2, 1], [5, 1]]);
  });
  it("whose lines come in two places", () => {
    const { families, problems } = read("a 1\nb 1\na 2\n# EOF\n");
    assert.deepEqual(families.map((family) => family.name), ["a", "b"]);
    assert.equal(problems.length, 1);
  });
});

describe("parse() of the openmetrics format reports the end", () => {
  const cases: [what: string, text: string, messages: string[]][] = [
    ["that is missing", "a 1\n", ['line 2, column 1: expected "# EOF", got the end of the text']],
    ["of an empty text", "", ['line 1, column 1: expected "# EOF", got the end of the text']],
    ["with text after it", "# EOF\na 1\n", ['line 2, column 1: expected nothing after "# EOF", got "a 1"']],
    ["without a line feed, which is allowed", "a 1\n# EOF", []],
  ];
  for (const [what, text, messages] of cases) {
    it(what, () => assert.deepEqual(read(text).problems.map((problem) => problem.message), messages));
  }
});

describe("OpenMetricsSyntaxError", () => {
  it("tells line, column, what was expected and what stands there", () => {
    try {
      parse('# TYPE a gauge\na{b="1",=', { format: "openmetrics", strict: true }, () => {});
      assert.fail("nothing was thrown");
    } catch (error) {
      assert.ok(error instanceof OpenMetricsSyntaxError);
      assert.equal(error.message, 'line 2, column 9: expected a label name, got "="');
      assert.deepEqual([error.line, error.column, error.expected, error.got], [2, 9, "a label name", '"="']);
    }
  });
  it("shows no more than the start of a long text", () => {
    const { problems } = read(`# ${"x".repeat(1000)}\n# EOF\n`);
    assert.equal(problems[0]?.got, `"${"x".repeat(40)}"…`);
  });
});
