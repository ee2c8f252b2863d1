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
    ["with words between value and timestamp", "a 1 so to say 1500", "a", [], 1, 1.5],
    ["with braces in a value", 'a{x="}{",y="{}"} 1', "a", ["x", "}{", "y", "{}"], 1],
    ["with a hash in a value", 'a{x=" # "} 1', "a", ["x", " # "], 1],
    ["with commas and equals signs in a value", 'a{x="y=\\"z\\",w"} 1', "a", ["x", 'y="z",w'], 1],
    ["with the three escapes", 'a{x="\\\\ \\" \\n"} 1', "a", ["x", '\\ " \n'], 1],
    ["with an escape that does not exist", 'a{x="\\z\\t"} 1', "a", ["x", "\\z\\t"], 1],
    ["with a backslash before a backslash and n", 'a{x="\\\\n"} 1', "a", ["x", "\\n"], 1],
    ["with unicode in a value", 'a{x="ü✓😀"} 1', "a", ["x", "ü✓😀"], 1],
    ["with a line separator of unicode in a value", 'a{x="\u2028\u0085"} 1', "a", ["x", "\u2028\u0085"], 1],
    ["whose last label of the same name counts", 'a{x="1",y="2",x="3"} 1', "a", ["x", "3", "y", "2"], 1],
    ["with text after a value's quote", 'a{x="1"b,y="2"} 1', "a", ["x", "1", "y", "2"], 1],
    ["with text but no label in braces", "a{x} 1", "a", [], 1],
    ["with a name that is none", "a.b-c 1", "a.b-c", [], 1],
    ["as the reference does where a quote is missing", 'a{x="1} 2', 'a{x="1}', [], 2],
    ["as the reference does with an exemplar", 'a{x="1"} 2 # {y="3"} 4', "a", ["x", "1", "} 2 # {y", "3"], 4],
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
  it("without metadata one by one", () => {
    assert.deepEqual(outlineOf("a 1\na 2\n"), [["a", "unknown", ["a"]], ["a", "unknown", ["a"]]]);
  });
  it("of untyped families as unknown", () => {
    assert.deepEqual(outlineOf("# TYPE a untyped\na 1\na 2\n"), [["a", "unknown", ["a", "a"]]]);
  });
  it("with HELP and TYPE after the first sample as unknown ones and a family", () => {
    const text = "a 1\n# HELP a late\n# TYPE a gauge\na 2\n";
    assert.deepEqual(outlineOf(text), [["a", "unknown", ["a"]], ["a", "gauge", ["a"]]]);
  });
  it("with TYPE repeated and changed among them by the last one", () => {
    const text = "# TYPE a gauge\na 1\n# TYPE a counter\n# HELP a late\na 2\n";
    assert.deepEqual(outlineOf(text), [["a", "counter", ["a_total", "a_total"]]]);
    assert.equal(read(text).families[0]?.help, "late");
  });
  it("of a family that comes twice as two", () => {
    const text = "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\na 2\n";
    const families = [["a", "gauge", ["a"]], ["b", "gauge", ["b"]], ["a", "gauge", ["a"]]];
    assert.deepEqual(outlineOf(text), families);
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

describe("parse() of the prometheus format skips and reports", () => {
  const cases: [line: string, message: string][] = [
    ["b", "line 2, column 2: expected white space and a value after the metric name, got the end of the line"],
    ["b x", 'line 2, column 3: expected a value and perhaps a timestamp, got "x"'],
    ["b 0x1F", 'line 2, column 3: expected a value and perhaps a timestamp, got "0x1F"'],
    ["b 1_000", 'line 2, column 3: expected a value and perhaps a timestamp, got "1_000"'],
    ["b 1 2x", 'line 2, column 3: expected a value and perhaps a timestamp, got "1 2x"'],
    ['b{x="ü"} y', 'line 2, column 10: expected a value and perhaps a timestamp, got "y"'],
    ['{x="1"} 1', 'line 2, column 1: expected a metric name, got "{"'],
    ["# TYPE b", "line 2, column 9: expected a type, got the end of the line"],
    ["# TYPE b.c gauge", 'line 2, column 8: expected a metric name, got "b.c gauge"'],
    ["# TYPE b thing", 'line 2, column 10: expected a metric type, got "thing"'],
    ["# TYPE _total counter", 'line 2, column 15: expected a name before "_total", got "c"'],
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

  it("a line that is too long, at its bound", () => {
    const text = `a 1\nb{x="${"y".repeat(100)}"} 2\nc 3\n`;
    const { families, problems } = collect(text, { format: "prometheus", maxLineLength: 50 });
    assert.deepEqual(families.map((family) => family.name), ["a", "c"]);
    assert.deepEqual(problems.map(({ line, column, expected }) => [line, column, expected]), [
      [2, 51, "a line of at most 50 bytes"],
    ]);
  });
});
