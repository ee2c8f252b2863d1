import fc from "fast-check";
import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { parse, type ParseProblem, type ParseResult, type TextFormat } from "../../plugin/openmetrics/mod.ts";
import { copyFamily, type FamilyCopy } from "./openmetrics_families.ts";

const FORMATS: readonly TextFormat[] = ["openmetrics", "prometheus"];

const VALID = `# HELP a_total Help \\\\ with "quotes"
# TYPE a_total counter
a_total{x="1",y="\\"}{ # ü"} 1 1600000000
# TYPE h histogram
h_bucket{le="0.5"} 1 # {id="x"} 0.25
h_bucket{le="+Inf"} 2
h_count 2
h_sum 3.5
# TYPE s summary
s{quantile="0.5",z="",} NaN
s_count{z=""} 4
i_info{v="1"} 1e3
# EOF
`;

/** Reads everything that a consumer can read, and checks that a parse contradicts neither itself nor its result. */
function readAll(text: string | Uint8Array, format: TextFormat): [FamilyCopy[], ParseResult] {
  const families: FamilyCopy[] = [];
  const problems: ParseProblem[] = [];
  const result = parse(text, { format, onProblem: (problem) => problems.push(problem) }, (family) => {
    for (let i = 0; i < family.length; i++) assert.equal(typeof family.rawLabels(i), "string");
    families.push(copyFamily(family));
  });
  assert.equal(result.families, families.length);
  assert.equal(result.samples, families.reduce((sum, { samples }) => sum + samples.length, 0));
  assert.equal(result.problems, problems.length);
  assert.equal(result.stopped, false);
  for (const { line, column, got } of problems) {
    assert.ok(line >= 1 && column >= 1);
    assert.ok(got.length < 300, got);
  }
  return [families, result];
}

/** Bytes that live objects and buffers take; garbage is swept first where the runtime lets us. */
function memory(): number {
  (globalThis as { Bun?: { gc(force: boolean): void } }).Bun?.gc(true);
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}

/** Seconds that the parse takes, the better of two tries. */
function time(text: Uint8Array, format: TextFormat): number {
  const seconds = [1, 2].map(() => {
    const start = performance.now();
    parse(text, { format, onProblem: () => {} }, () => {});
    return (performance.now() - start) / 1000;
  });
  return Math.min(...seconds);
}

describe("parse() of the prometheus format", () => {
  it("delivers or counts each line that is neither blank nor metadata", () => {
    const token = fc.constantFrom(
      ...'{}=",, 1#'.split(""),
      "a",
      "a_bucket",
      '{x="1"}',
      '{le="1"}',
      " 1",
      "\\",
      "é",
      "-",
      '"',
    );
    const line = fc.array(token, { maxLength: 7 }).map((tokens) => `a${tokens.join("")}`);
    const types = fc.constantFrom("# TYPE a gauge", "# TYPE a histogram", "# TYPE a counter", "# a", "");
    fc.assert(
      fc.property(fc.array(fc.oneof(line, types), { maxLength: 10 }), (lines) => {
        const text = lines.join("\n");
        let delivered = 0;
        const result = parse(text, { format: "prometheus" }, (family) => void (delivered += family.length));
        const expected = lines.filter((each) => each !== "" && !each.startsWith("#")).length;
        assert.equal(delivered + result.skippedLines, expected, text);
        assert.equal(result.samples, delivered);
      }),
      { numRuns: 1000 },
    );
  });
});

for (const format of FORMATS) {
  describe(`parse() of the ${format} format`, () => {
    it("takes any bytes", () => {
      fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readAll(bytes, format)), {
        numRuns: 500,
      });
    });

    it("takes any text of the format's own characters", () => {
      const token = fc.constantFrom(
        ...'#{}",=\\ \n\r\t_:aé1.+-'.split(""),
        "TYPE ",
        "HELP ",
        "# ",
        "counter",
        "NaN",
        '="',
      );
      const text = fc.array(token, { maxLength: 60 }).map((tokens) => tokens.join(""));
      fc.assert(fc.property(text, (text) => void readAll(text, format)), { numRuns: 1000 });
    });

    it("takes a valid text with bytes overwritten", () => {
      const valid = new TextEncoder().encode(VALID);
      const byte = fc.tuple(
        fc.nat(valid.length - 1),
        fc.oneof(fc.nat(255), fc.constantFrom(10, 32, 34, 44, 92, 123, 125)),
      );
      fc.assert(
        fc.property(fc.array(byte, { maxLength: 8 }), (changes) => {
          const mutated = valid.slice();
          for (const [offset, value] of changes) mutated[offset] = value;
          readAll(mutated, format);
        }),
        { numRuns: 1000 },
      );
    });

    it("throws in a strict parse exactly where a tolerant one reports", () => {
      const line = fc.constantFrom(...VALID.split("\n"), "a 1", "b{", "# TYPE h gauge", "");
      fc.assert(fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join("\n");
        const first: ParseProblem[] = [];
        parse(text, { format, onProblem: (problem) => first.push(problem) }, () => {});
        const message = first[0]?.message;
        const strict = () => parse(text, { format, strict: true }, () => {});
        if (message === undefined) strict();
        else assert.throws(strict, { name: "OpenMetricsSyntaxError", message });
      }));
    });

    it("tells of problems until it hears that it is enough, and counts all", () => {
      const text = `g 1\n${"g x\n".repeat(10_000)}`;
      const told: ParseProblem[] = [];
      const onProblem = (problem: ParseProblem) => told.push(problem) < 3;
      const lacks: number[] = [];
      const result = parse(text, { format, onProblem }, (family) => void lacks.push(family.skipped?.length ?? 0));
      assert.deepEqual(told.map(({ line }) => line), [2, 3, 4]);
      assert.ok(result.problems >= 10_000, `${result.problems} problems`);
      assert.deepEqual(lacks, [1_001]);
    });

    it("gives the same for a string and its bytes, and for bytes within a larger buffer", () => {
      const bytes = new TextEncoder().encode(VALID);
      const buffer = new Uint8Array(bytes.length + 7).fill(120);
      buffer.set(bytes, 3);
      const expected = readAll(VALID, format);
      assert.deepEqual(readAll(bytes, format), expected);
      assert.deepEqual(readAll(buffer.subarray(3, 3 + bytes.length), format), expected);
    });

    it("reads back labels that were written with escapes", () => {
      const value = fc.string({ unit: "binary", maxLength: 12 });
      fc.assert(fc.property(fc.array(value, { maxLength: 6 }), (values) => {
        const escape = (text: string) => text.replace(/[\\"\n]/g, (c) => c === "\n" ? "\\n" : `\\${c}`);
        const block = values.map((value, i) => `l${i}="${escape(value)}"`).join();
        const [families] = readAll(`a{${block}} 1\n# EOF\n`, format);
        assert.deepEqual(families[0]?.samples[0]?.[1], values.flatMap((value, i) => [`l${i}`, value]));
      }));
    });

    it("reads back any number", () => {
      fc.assert(fc.property(fc.double(), (number) => {
        const text = String(number);
        const [families] = readAll(`a ${text}\n# EOF\n`, format);
        assert.deepEqual(families[0]?.samples[0]?.[2], Number(text));
      }));
    });

    it("reads back any decimal fraction correctly rounded", () => {
      const digits = fc.stringMatching(/^[0-9]{1,25}$/);
      fc.assert(fc.property(digits, digits, fc.constantFrom("", "-", "+"), (whole, fraction, sign) => {
        const text = `${sign}${whole}.${fraction}`;
        const [families] = readAll(`a ${text}\n# EOF\n`, format);
        assert.deepEqual(families[0]?.samples[0]?.[2], Number(text));
      }));
    });

    it("stops when the callback returns false", () => {
      let calls = 0;
      const result = parse("# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\nbad\n# TYPE c gauge\n", { format }, () => {
        calls++;
        return calls < 2;
      });
      assert.equal(calls, 2);
      assert.deepEqual({ ...result, problems: 0, skippedLines: 0 }, {
        families: 2,
        samples: 2,
        problems: 0,
        skippedLines: 0,
        stopped: true,
      });
    });

    it("refuses a sample index that the family does not have", () => {
      parse("# TYPE a gauge\na 1\n# EOF\n", { format }, (family) => {
        for (const i of [-1, 1, NaN]) {
          assert.throws(() => family.value(i), RangeError);
          assert.throws(() => family.rawLabels(i), RangeError);
          assert.throws(() => family.labels(i), RangeError);
          assert.throws(() => family.timestamp(i), RangeError);
          assert.throws(() => family.sampleName(i), RangeError);
        }
      });
    });

    it("skips a line of 50 MB and reads the next", () => {
      const size = 50_000_000;
      const bytes = new Uint8Array(size + 100).fill(32);
      const end = new TextEncoder().encode("\na 1\n# EOF\n");
      bytes.set(new TextEncoder().encode('b{x="'));
      bytes.set(end, bytes.length - end.length);
      const [families, { problems }] = readAll(bytes, format);
      assert.deepEqual(families.map(({ name }) => name), ["a"]);
      assert.equal(problems, 1);
    });

    it("reads a million times the same line", () => {
      const samples = 1_000_000;
      const bytes = new TextEncoder().encode("# TYPE a gauge\n" + 'a{x="1"} 1\n'.repeat(samples) + "# EOF\n");
      const result = parse(bytes, { format }, () => {});
      assert.equal(result.samples + result.problems, samples);
      assert.equal(result.samples, format === "openmetrics" ? 1 : samples);
    });

    it("holds numbers, not strings, of many series and buckets", () => {
      const count = 100_000;
      const series = Array.from({ length: count }, (_, i) => `s${i}{a="${i}"} 1\n`).join("");
      const buckets = Array.from({ length: count }, (_, i) => `h_bucket{le="${i}"} ${i}\n`).join("");
      const last = `h_bucket{le="+Inf"} ${count}\n`;
      const bytes = new TextEncoder().encode(`# TYPE h histogram\n${buckets}${last}${series}# EOF\n`);
      // The histogram comes first: names of the others, asked for one by one, would be garbage in the balance.
      const before = memory();
      let held = 0;
      const { samples, problems } = parse(bytes, { format }, (family) => {
        if (family.name === "h") held = memory() - before;
      });
      assert.deepEqual([samples, problems], [2 * count + 1, 0]);
      // Some 12 MB of columns are live, and as much again is garbage of columns that grew; objects would be several times that.
      assert.ok(held < 400 * count, `${Math.round(held / 1e6)} MB`);
    });

    // Texts made so that a search repeated for each of their parts would take minutes.
    const patterns: [what: string, text: (n: number) => string][] = [
      ["families", (n) => Array.from({ length: n }, (_, i) => `# TYPE a${i} gauge\na${i} 1\n`).join("")],
      ["families after a large one", (n) => {
        const large = Array.from({ length: n }, (_, i) => `a{x="${i}"} 1\n`).join("");
        return `# TYPE a gauge\n${large}${Array.from({ length: n }, (_, i) => `b${i} 1\n`).join("")}`;
      }],
      ["samples of one info family", (n) => {
        return "# TYPE a info\n" + Array.from({ length: n }, (_, i) => `a_info{x="${i}"} 1\n`).join("");
      }],
      ["buckets of one metric", (n) => {
        return "# TYPE a histogram\n" + Array.from({ length: n }, (_, i) => `a_bucket{le="${i}"} ${i}\n`).join("");
      }],
      ["problems", (n) => "?\n".repeat(n)],
      ["labels of one sample", (n) => `a{${Array.from({ length: n }, (_, i) => `l${i}="1"`).join()}} 1\n`],
      ["labels without commas", (n) => `a{${'l="1" '.repeat(n)}} 1\n`],
      ["equals signs before a quote", (n) => `a{${"=".repeat(n)}""} 1\n`],
      ["equals signs and quotes", (n) => `a{${'="'.repeat(n)}} 1\n`],
      ["backslashes before a quote", (n) => `a{x="${"\\".repeat(n)}"} 1\n`],
      ["escaped quotes that do not end", (n) => `a{x="${'\\"'.repeat(n)} 1\n`],
      ["spaces within a line", (n) => `a${" ".repeat(n)}x${" ".repeat(n)}y\n`],
      ["digits before a letter", (n) => `a ${"1".repeat(n)}x\n`],
      ["words after the value", (n) => `a ${"1 ".repeat(n)}\n`],
      ["quotes in metadata", (n) => `# TYPE ${'" '.repeat(n)}\n`],
    ];
    for (const [what, text] of patterns) {
      it(`takes time linear in the number of ${what}`, () => {
        // The best of several: another process may have had the core in the others.
        const best = (n: number) => {
          const bytes = new TextEncoder().encode(text(n));
          return Math.min(...Array.from({ length: 4 }, () => time(bytes, format)));
        };
        const sizes = [4_000, 64_000].map(best);
        // 16 times the size; a quadratic cost would be 256 times the time. Both have a floor, as short times vary.
        const [small = 0, large = 0] = sizes;
        assert.ok(large < 200 * Math.max(small, 0.005), `${small} s, then ${large} s`);
      });
    }
  });
}
