import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse, type ParseProblem } from "../../plugin/openmetrics/mod.ts";

const TOGETHER = "the samples of a metric to stand together";
const DUPLICATE = "a sample that the metric does not have yet";

interface Sample {
  readonly suffix: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
}

const NAMES = ["a", "b", "ab"];
const THRESHOLDS = ["1", "2", "+Inf"];
const TEXTS = ["", "x", "xy", "}", "le=", '"', "\\", "a,le=1", "é"];

/** Few names and values, so that samples often share some; in any order, the special label mostly at the end. */
const sample: fc.Arbitrary<Sample> = fc.record({
  names: fc.subarray(NAMES),
  place: fc.constantFrom(NAMES.length, NAMES.length, NAMES.length, 0, 1),
  suffix: fc.constantFrom("_bucket", "_bucket", "_bucket", "_count", "_sum"),
  texts: fc.array(fc.constantFrom(...TEXTS), { minLength: NAMES.length, maxLength: NAMES.length }),
  threshold: fc.constantFrom(...THRESHOLDS),
}).map(({ names, place, suffix, texts, threshold }) => {
  const labels = names.map((name, i) => [name, texts[i]!] as const);
  if (suffix === "_bucket") labels.splice(place, 0, ["le", threshold]);
  return { suffix, labels };
});

const escaped = (text: string) => text.replace(/["\\]/g, (character) => `\\${character}`);
const lineOf = ({ suffix, labels }: Sample) =>
  `h${suffix}{${labels.map(([name, value]) => `${name}="${escaped(value)}"`).join()}} 1`;

/** What the standard says of the order of samples without timestamps, in the plainest words. */
function expectedOf(samples: readonly Sample[]): string[] {
  const keyOf = (labels: Sample["labels"]) => JSON.stringify([...labels].sort());
  const metrics = new Set<string>();
  let current: string | undefined;
  let point = new Set<string>();
  return samples.flatMap(({ suffix, labels }, i) => {
    const metric = keyOf(labels.filter(([name]) => name !== "le"));
    const one = suffix + keyOf(labels);
    if (metric !== current) {
      if (metrics.has(metric)) return [`${i + 2} ${TOGETHER}`];
      metrics.add(metric);
      current = metric;
      point = new Set();
    }
    if (point.has(one)) return [`${i + 2} ${DUPLICATE}`];
    point.add(one);
    return [];
  });
}

/** Problems of lines; those of the family as a whole are other tests' subject. */
function problemsOf(lines: readonly string[]): ParseProblem[] {
  const problems: ParseProblem[] = [];
  const onProblem = (problem: ParseProblem) => problems.push(problem);
  parse(`# TYPE h histogram\n${lines.join("\n")}\n# EOF\n`, { format: "openmetrics", onProblem }, () => {});
  return problems.filter(({ expected }) => !expected.endsWith(' in "h"'));
}

describe("the order of a histogram's samples", () => {
  it("is judged by their labels, wherever these stand and whatever sample stands before", () => {
    const similar = fc.array(sample, { minLength: 1, maxLength: 4 })
      .chain((few) => fc.array(fc.constantFrom(...few), { minLength: 1, maxLength: 10 }));
    fc.assert(
      fc.property(fc.oneof(fc.array(sample, { minLength: 1, maxLength: 10 }), similar), (samples) => {
        const problems = problemsOf(samples.map(lineOf)).map(({ line, expected }) => `${line} ${expected}`);
        assert.deepEqual(problems, expectedOf(samples));
      }),
      { numRuns: 1_000 },
    );
  });

  it("is judged point by point: what one has is no repetition in the next", () => {
    const point = (time: number) => ["0.9", "0.5", "0.5", "0.1"].map((q) => `s{a="x",quantile="${q}"} 1 ${time}`);
    const lines = ["# TYPE s summary", ...point(1), ...point(2), 's_sum{a="x"} 1 2', 's_sum{a="x"} 1 3', "# EOF", ""];
    const lengths: number[] = [];
    parse(lines.join("\n"), { format: "openmetrics", strict: true }, ({ length }) => void lengths.push(length));
    assert.deepEqual(lengths, [8], "three of each point, and two sums");
  });

  it("does not depend on how a line that cannot be read looks like the one before", () => {
    const good = 'h_bucket{a="x",le="1"} 1';
    const bad: [line: string, column: number, expected: string][] = [
      ['h_bucket{a="x",le="2} 1', 24, "a closing quote"],
      ['h_bucket{a="x",le="2"', 22, '"," or "}"'],
      ['h_bucket{a="x",le="2"]', 22, '"," or "}"'],
      ['h_bucket{a="x",le="2",le="3"} 1', 23, "a label name that was not used before"],
      ['h_bucket{a="x",le="2",a="x"} 1', 23, "a label name that was not used before"],
      ['h_bucket{a="x",le=', 19, "an opening quote"],
      ['h_bucket{a="x",l', 17, '"="'],
      ['h_bucket{a="x"', 15, '"," or "}"'],
      ['h_count{a="x",} 1', 15, "a label name"],
      ["h_buc", 6, 'a space or "{"'],
    ];
    for (const [line, column, expected] of bad) {
      const problems = problemsOf([good, line, good]).map((
        problem,
      ) => [problem.line, problem.column, problem.expected]);
      assert.deepEqual(problems, [[3, column, expected], [4, 1, DUPLICATE]], line);
    }
  });
});
