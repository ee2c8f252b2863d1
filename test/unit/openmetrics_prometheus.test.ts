import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OpenMetricsSyntaxError, parse } from "../../plugin/openmetrics/mod.ts";
import { collect, type SampleCopy } from "./openmetrics_families.ts";

const read = (text: string) => collect(text, { format: "prometheus" });

/** The samples of a text without problems. */
function samplesOf(text: string): SampleCopy[] {
  const { families, problems } = read(text);
  assert.deepEqual(problems, []);
  return families.flatMap((family) => family.samples);
}

/** Name, type and sample names of each family of a text without problems. */
function outlineOf(text: string): [string, string, string[]][] {
  const { families, problems } = read(text);
  assert.deepEqual(problems, []);
  return families.map(({ name, type, samples }) => [name, type, samples.map(([sampleName]) => sampleName)]);
}

describe("parse() of the prometheus format reads a sample", () => {
  const cases: [what: string, line: string, ...sample: SampleCopy][] = [
    ["without labels", "a 1", "a", [], 1],
    ["with labels", 'a{x="1",y="2"} 3', "a", ["x", "1", "y", "2"], 3],
    ["with a trailing comma, as TorchServe writes it", 'a{x="1",y="2",} 3', "a", ["x", "1", "y", "2"], 3],
    ["with an empty label set", "a{} 3", "a", [], 3],
    ["with a comma and nothing else in braces", "a{,} 3", "a", [], 3],
    ["with spaces everywhere", '  a  { x = "1" , y= "2" , }   3  4000  ', "a", ["x", "1", "y", "2"], 3, 4],
    ["with tabs", '\ta\t{\tx="1"}\t3\t4000\t', "a", ["x", "1"], 3, 4],
    ["with a tab after the name", "a\t3", "a", [], 3],
    ["with a carriage return", 'a{x="1"} 3\r', "a", ["x", "1"], 3],
    ["with a carriage return after a timestamp", "a 3 4000\r", "a", [], 3, 4],
    ["without a space before the value", 'a{x="1"}3', "a", ["x", "1"], 3],
    ["with a timestamp in milliseconds", "a 1 1500", "a", [], 1, 1.5],
    ["with a timestamp before the epoch", "a 1 -1500", "a", [], 1, -1.5],
    ["with braces in a value", 'a{x="}{",y="{}"} 1', "a", ["x", "}{", "y", "{}"], 1],
    ["with a hash in a value", 'a{x=" # "} 1', "a", ["x", " # "], 1],
    ["with commas and equals signs in a value", 'a{x="y=\\"z\\",w"} 1', "a", ["x", 'y="z",w'], 1],
    ["with the three escapes", 'a{x="\\\\ \\" \\n"} 1', "a", ["x", '\\ " \n'], 1],
    ["with an escape that does not exist", 'a{x="\\z\\t"} 1', "a", ["x", "\\z\\t"], 1],
    ["with a backslash before a backslash and n", 'a{x="\\\\n"} 1', "a", ["x", "\\n"], 1],
    ["with unicode in a value", 'a{x="ü✓😀"} 1', "a", ["x", "ü✓😀"], 1],
    ["with a line separator of unicode in a value", 'a{x="\u2028\u0085"} 1', "a", ["x", "\u2028\u0085"], 1],
    ["with a dash in a label name, as the Agent does", 'a{x-y="1"} 2', "a", ["x-y", "1"], 2],
    ["with an exemplar, which is passed over", 'a{x="1"} 2 # {y="3"} 4', "a", ["x", "1"], 2],
    ["with an exemplar after a timestamp", 'a 2 3000 # {y="}",} 4 5.5 ', "a", [], 2, 3],
    ["with a quoted name", '{"my.metric",a="b"} 1', "my.metric", ["a", "b"], 1],
    ["with a quoted name and no labels", '{"my metric"} 1', "my metric", [], 1],
    ["with a quoted name and white space", ' { "my.metric" , a = "b" , } 1', "my.metric", ["a", "b"], 1],
    ["with a quoted plain name", '{"a"} 1', "a", [], 1],
    ["with escapes in a quoted name", '{"my\\"\\\\\\nmetric"} 1', 'my"\\\nmetric', [], 1],
    ["with quoted label names", 'a{"x.y"="1", "z=\\""="2"} 3', "a", ["x.y", "1", 'z="', "2"], 3],
    ["with quoted names of both kinds", '{"a.b","x.y"="1",z="2"} 3', "a.b", ["x.y", "1", "z", "2"], 3],
    ["whose last label of the same name counts", 'a{x="1",y="2",x="3"} 1', "a", ["x", "3", "y", "2"], 1],
  ];
  for (const [what, line, ...sample] of cases) {
    it(what, () => assert.deepEqual(samplesOf(line + "\n"), [sample]));
  }

  it("with more labels than are compared pair by pair", () => {
    const names = Array.from({ length: 40 }, (_, i) => `l${i % 30}`);
    const [sample] = samplesOf(`a{${names.map((name, i) => `${name}="${i}"`).join()}} 1`);
    assert.ok(sample !== undefined);
    const labels = sample[1];
    assert.equal(labels.length, 60);
    assert.deepEqual(labels.slice(0, 2), ["l0", "30"]);
    assert.deepEqual(labels.slice(-2), ["l29", "29"]);
  });
});

describe("parse() of the prometheus format reads the value", () => {
  const cases: [text: string, value: number][] = [
    ["0", 0],
    ["-0.0", -0],
    ["+1", 1],
    ["007", 7],
    ["1.", 1],
    [".5", 0.5],
    ["1e3", 1000],
    ["1.5E-3", 0.0015],
    ["0.1", 0.1],
    ["123456789012345", 123456789012345],
    ["9223372036854775808", 2 ** 63],
    ["0.30000000000000004", 0.30000000000000004],
    ["1e400", Infinity],
    ["+Inf", Infinity],
    ["-inf", -Infinity],
    ["Infinity", Infinity],
    ["NaN", NaN],
    ["-nan", NaN],
  ];
  for (const [text, value] of cases) it(text, () => assert.deepEqual(samplesOf(`a ${text}`), [["a", [], value]]));
});

describe("parse() of the prometheus format groups samples", () => {
  it("of a counter without _total, which its samples get", () => {
    assert.deepEqual(outlineOf("# TYPE a counter\na 1\n"), [["a", "counter", ["a_total"]]]);
  });
  it("of a counter with _total, which its family loses", () => {
    assert.deepEqual(outlineOf("# TYPE a_total counter\na_total 1\n"), [["a", "counter", ["a_total"]]]);
  });
  it("of a histogram", () => {
    const text = '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 1\na_sum 2\na 3\n';
    assert.deepEqual(outlineOf(text), [["a", "histogram", ["a_bucket", "a_count", "a_sum"]], ["a", "unknown", ["a"]]]);
  });
  it("of a summary", () => {
    const text = '# TYPE a summary\na{quantile="1"} 1\na_sum 2\na_count 3\na_bucket 4\n';
    const families = [["a", "summary", ["a", "a_sum", "a_count"]], ["a_bucket", "unknown", ["a_bucket"]]];
    assert.deepEqual(outlineOf(text), families);
  });
  it("without metadata by name, wherever they stand", () => {
    const families = [["a", "unknown", ["a", "a", "a"]], ["b_total", "unknown", ["b_total"]]];
    assert.deepEqual(outlineOf("a 1\na 2\nb_total 3\na 4\n"), families);
  });
  it("of untyped families as unknown", () => {
    assert.deepEqual(outlineOf("# TYPE a untyped\na 1\na 2\n"), [["a", "unknown", ["a", "a"]]]);
  });
  it("with HELP and TYPE after the first sample as one family", () => {
    const text = "a 1\n# HELP a late\n# TYPE a gauge\na 2\n";
    assert.deepEqual(outlineOf(text), [["a", "gauge", ["a", "a"]]]);
  });
  it("with another TYPE among them by the last one, and tells it", () => {
    const { families, problems } = read("# TYPE a gauge\na 1\n# TYPE a counter\n# HELP a late\na 2\n");
    assert.deepEqual(families, [
      { name: "a", type: "counter", help: "late", unit: "", samples: [["a_total", [], 1], ["a_total", [], 2]] },
    ]);
    const message = 'line 3, column 10: expected the type that the family had before, got "counter"';
    assert.deepEqual(problems.map((problem) => problem.message), [message]);
  });
  it("of families that are interrupted", () => {
    const text = "# TYPE a counter\n# TYPE b gauge\na 1\nb 2\na 3 4000\n";
    assert.deepEqual(read(text).families.map(({ name, samples }) => [name, samples]), [
      ["a", [["a_total", [], 1], ["a_total", [], 3, 4]]],
      ["b", [["b", [], 2]]],
    ]);
  });
  it("of a family that is written in two places", () => {
    const text = "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# HELP a again\n# TYPE a gauge\na 2\n";
    assert.deepEqual(outlineOf(text), [["a", "gauge", ["a", "a"]], ["b", "gauge", ["b"]]]);
    assert.equal(read(text).families[0]?.help, "again");
  });
  it("of a histogram whose lines stand among others", () => {
    const text = "# TYPE h histogram\n# TYPE s summary\nh_sum 1\ns_sum 2\nh_count 3\ng 4\n" +
      'h_bucket{le="1"} 5\ns{quantile="1"} 6\ns_count 7\n';
    assert.deepEqual(outlineOf(text), [
      ["h", "histogram", ["h_sum", "h_count", "h_bucket"]],
      ["s", "summary", ["s_sum", "s", "s_count"]],
      ["g", "unknown", ["g"]],
    ]);
  });
  it("of a counter that TYPE names without _total, as its samples are not", () => {
    const text = '# TYPE a counter\na_total{x="1"} 17\na_total{x="2"} 18\n';
    assert.deepEqual(outlineOf(text), [["a", "counter", ["a_total", "a_total"]]]);
  });
  it("of a counter and of another metric with its name and _total", () => {
    const text = "# TYPE a counter\na 1\na_total 2\na 3\n";
    assert.deepEqual(outlineOf(text), [["a", "counter", ["a_total", "a_total"]], ["a_total", "unknown", ["a_total"]]]);
  });
  it("of a gauge and a counter whose families have one name in OpenMetrics", () => {
    const text = "# TYPE x gauge\nx 1\n# TYPE x_total counter\nx_total 2\nx 3\n";
    assert.deepEqual(outlineOf(text), [["x", "gauge", ["x", "x"]], ["x", "counter", ["x_total"]]]);
  });
  it("of families with quoted names", () => {
    const text = '# HELP "a.b" text\n# TYPE "a.b" histogram\n{"a.b_bucket",le="1"} 1\n{"a.b_sum"} 2\n' +
      '# TYPE "c.d_total" counter\n{"c.d_total"} 3\n';
    assert.deepEqual(outlineOf(text), [
      ["a.b", "histogram", ["a.b_bucket", "a.b_sum"]],
      ["c.d", "counter", ["c.d_total"]],
    ]);
  });
  it("and delivers families without any", () => {
    const text = "# HELP a only help\n# TYPE b gauge\n# TYPE c counter\n";
    assert.deepEqual(outlineOf(text), [["a", "unknown", []], ["b", "gauge", []], ["c", "counter", []]]);
  });
});

describe("parse() of the prometheus format reads metadata", () => {
  const helps: [what: string, line: string, help: string][] = [
    ["with the two escapes of HELP", '# HELP a x\\ny \\\\ \\"', 'x\ny \\ \\"'],
    ["with odd white space", " #\tHELP  a \t some   help \r", "some   help"],
    ["with quotes", '# HELP a say "a b"', 'say "a b"'],
    ["with a quoted name", '# HELP "a" x', "x"],
    ["with unicode", "# HELP a ✓", "✓"],
    ["without text", "# HELP a", ""],
  ];
  for (const [what, line, help] of helps) {
    it(what, () => {
      const { families, problems } = read(line);
      assert.deepEqual(problems, []);
      assert.deepEqual(families.map((family) => [family.name, family.help]), [["a", help]]);
    });
  }

  it("and passes over comments and blank lines", () => {
    const text = "#\n# a comment\n#TYPE a gauge\n# EOF\n\n \t\r\n# TYPES a gauge\na 1";
    assert.deepEqual(outlineOf(text), [["a", "unknown", ["a"]]]);
  });
});

describe("parse() of the prometheus format passes over", () => {
  it("a byte order mark", () => {
    assert.deepEqual(outlineOf("\ufeff# TYPE a gauge\na 1\n"), [["a", "gauge", ["a"]]]);
    assert.deepEqual(outlineOf("\ufeffa 1\n"), [["a", "unknown", ["a"]]]);
    assert.deepEqual(outlineOf("\ufeff"), []);
  });
  it("no byte order mark that stands elsewhere", () => {
    const { problems } = read("a 1\n\ufeffb 2\n");
    assert.deepEqual(problems.map(({ line, column, expected }) => [line, column, expected]), [[2, 1, "a metric name"]]);
  });
});

describe("parse() of the prometheus format skips and reports", () => {
  const cases: [line: string, message: string][] = [
    ["b", "line 2, column 2: expected white space and a value, got the end of the line"],
    ["b x", 'line 2, column 3: expected a value, got "x"'],
    ["b 0x1F", 'line 2, column 3: expected a value, got "0x1F"'],
    ["b 1_000", 'line 2, column 3: expected a value, got "1_000"'],
    ["b 1 2x", 'line 2, column 5: expected a timestamp, got "2x"'],
    ["b 1 inf", 'line 2, column 5: expected a timestamp, got "inf"'],
    ["b 1 2 3", 'line 2, column 7: expected the end of the line, got "3"'],
    ["b 1 so to say 1500", 'line 2, column 5: expected a timestamp, got "so to say 1500"'],
    ['b 1# {y="1"} 2', 'line 2, column 3: expected a value, got "1# {y=\\"1\\"} 2"'],
    ['b{x="ü"} y', 'line 2, column 10: expected a value, got "y"'],
    ['{x="1"} 1', 'line 2, column 1: expected a metric name, got "{x=\\"1\\"} 1"'],
    ['{""} 1', 'line 2, column 2: expected a metric name, got "\\"\\"} 1"'],
    ['{"b 1', "line 2, column 6: expected a closing quote, got the end of the line"],
    ['b{"c"} 1', 'line 2, column 6: expected "=", got "} 1"'],
    ['{"b"} 1 {', 'line 2, column 9: expected a timestamp, got "{"'],
    ["b.c-d 1", 'line 2, column 2: expected white space or "{", got ".c-d 1"'],
    ["b_% 1", 'line 2, column 3: expected white space or "{", got "% 1"'],
    ["2b 1", 'line 2, column 1: expected a metric name, got "2b 1"'],
    ['b{="c"} 9', 'line 2, column 3: expected a label name, got "=\\"c\\"} 9"'],
    ['b{ ="c"} 9', 'line 2, column 4: expected a label name, got "=\\"c\\"} 9"'],
    ['b{""="c"} 9', 'line 2, column 4: expected a label name, got "\\"=\\"c\\"} 9"'],
    ['b{x="1",="c"} 9', 'line 2, column 9: expected a label name, got "=\\"c\\"} 9"'],
    ['b{2x="1"} 9', 'line 2, column 3: expected a label name, got "2x=\\"1\\"} 9"'],
    ['b{-x="1"} 9', 'line 2, column 3: expected a label name, got "-x=\\"1\\"} 9"'],
    ['b{x.y="1"} 9', 'line 2, column 4: expected "=", got ".y=\\"1\\"} 9"'],
    ['b{x="1",,} 9', 'line 2, column 9: expected a label name, got ",} 9"'],
    ['b{x="1"y,z="2"} 1', 'line 2, column 8: expected "," or "}", got "y,z=\\"2\\"} 1"'],
    ['b{x="1" z="2"} 1', 'line 2, column 9: expected "," or "}", got "z=\\"2\\"} 1"'],
    ["b{x} 1", 'line 2, column 4: expected "=", got "} 1"'],
    ["b{x=1} 1", 'line 2, column 5: expected an opening quote, got "1} 1"'],
    ['b{x="1} 2', "line 2, column 10: expected a closing quote, got the end of the line"],
    ['b{x="1" 2', 'line 2, column 9: expected "," or "}", got "2"'],
    ['b{x="1"} 2 } 3', 'line 2, column 12: expected a timestamp, got "} 3"'],
    ["# TYPE b", "line 2, column 9: expected a type, got the end of the line"],
    ["# TYPE", "line 2, column 7: expected a metric name and a type, got the end of the line"],
    ["# TYPE b.c gauge", 'line 2, column 8: expected a metric name, got "b.c gauge"'],
    ["# HELP b_% gauge", 'line 2, column 8: expected a metric name, got "b_% gauge"'],
    ['# TYPE "b.c gauge', 'line 2, column 8: expected a metric name, got "\\"b.c gauge"'],
    ["# TYPE b thing", 'line 2, column 10: expected a metric type, got "thing"'],
    ["# TYPE b gauge gauge", 'line 2, column 10: expected a metric type, got "gauge gauge"'],
    ["# TYPE _total counter", 'line 2, column 8: expected a name before "_total", got "_total"'],
  ];
  for (const [line, message] of cases) {
    it(line, () => {
      const { families, problems } = read(`a 1\n${line}\nc 3\n`);
      assert.deepEqual(problems.map((problem) => problem.message), [message]);
      const names = families.flatMap((family) => family.samples).map(([name]) => name);
      assert.deepEqual(names, ["a", "c"]);
    });
    it(`${line} (strict: throws)`, () => {
      assert.throws(
        () => parse(`a 1\n${line}\nc 3\n`, { format: "prometheus", strict: true }, () => {}),
        (error) => error instanceof OpenMetricsSyntaxError && error instanceof SyntaxError && error.message === message,
      );
    });
  }

  it("a family whose name is none, and its samples", () => {
    const { families, problems } = read('# TYPE x_% gauge\nx_% 1\nx_%{a="b"} 2\ny 3\n');
    assert.deepEqual(families.map(({ name }) => name), ["y"]);
    assert.deepEqual(problems.map(({ line, column }) => [line, column]), [[1, 8], [2, 3], [3, 3]]);
  });

  it("a bucket without le", () => {
    const text = '# TYPE h histogram\nh_bucket{m="a"} 1\nh_bucket 2\nh_bucket { "le" = "1" } 3\nh_bucket{le="2"} 4\n';
    const { families, problems } = read(text);
    assert.deepEqual(families.flatMap(({ samples }) => samples).map(([, labels]) => labels), [["le", "1"], [
      "le",
      "2",
    ]]);
    const messages = [
      'line 2, column 10: expected a label "le", got "m=\\"a\\"} 1"',
      'line 3, column 9: expected a label "le", got " 2"',
    ];
    assert.deepEqual(problems.map(({ message }) => message), messages);
  });

  it("an exemplar that is none, but not its sample", () => {
    const exemplars: [text: string, column: number, expected: string][] = [
      ["# trace", 7, 'an exemplar\'s "{"'],
      ["#", 6, 'an exemplar\'s "{"'],
      ["# {} x", 10, "an exemplar's value"],
      ["# {} 1 x", 12, "an exemplar's timestamp"],
      ["# {} 1 2 3", 14, "the end of the line"],
      ['# {="x"} 1', 8, "a label name"],
      ['# {y="x} 1', 15, "a closing quote"],
    ];
    for (const [text, column, expected] of exemplars) {
      const { families, problems } = read(`b 1 ${text}\nc 2\n`);
      assert.deepEqual(families.map(({ name, samples }) => [name, samples.length]), [["b", 1], ["c", 1]], text);
      assert.deepEqual(
        problems.map((found) => [found.line, found.column, found.expected]),
        [[1, column, expected]],
        text,
      );
    }
  });

  it("samples that are more than may be held, and counts them", () => {
    const samples = Array.from({ length: 10 }, (_, i) => `a{x="${i}"} ${i}\n`).join("");
    const lengths: number[] = [];
    const result = parse(
      samples,
      { format: "prometheus", maxSamples: 4 },
      (family) => void lengths.push(family.length),
    );
    assert.deepEqual(lengths, [4]);
    assert.deepEqual(result, { families: 1, samples: 4, problems: 6, skippedLines: 6, stopped: false });
  });

  it("a line that is too long, at its bound", () => {
    const text = `a 1\nb{x="${"y".repeat(100)}"} 2\nc 3\n`;
    const { families, problems } = collect(text, { format: "prometheus", maxLineLength: 50 });
    assert.deepEqual(families.map((family) => family.name), ["a", "c"]);
    assert.deepEqual(problems.map(({ line, column, expected }) => [line, column, expected]), [
      [2, 51, "a line of at most 50 bytes"],
    ]);
  });

  it("finds repeated names, whatever the names of the samples before", () => {
    const names = fc.array(fc.constantFrom("a", "b", "c", '"d"', " e", "f "), { maxLength: 5 });
    fc.assert(fc.property(fc.array(names, { minLength: 1, maxLength: 8 }), (blocks) => {
      const lines = blocks.map((block) => `x{${block.map((name, i) => `${name}="${i}"`).join(",")}} 1\n`);
      const labelsOf = (text: string) => {
        const all: string[][] = [];
        parse(text, { format: "prometheus" }, (family) => {
          for (let i = 0; i < family.length; i++) all.push([...family.labels(i)]);
        });
        return all;
      };
      assert.deepEqual(labelsOf(lines.join("")), lines.flatMap(labelsOf));
    }));
  });
});
