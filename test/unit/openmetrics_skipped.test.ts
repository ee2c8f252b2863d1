import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse, type SkippedSample, type TextFormat } from "../../plugin/openmetrics/mod.ts";

/** What each family of a text lacks. */
function skippedIn(text: string, format: TextFormat): [family: string, ...skipped: SkippedSample[]][] {
  const families: [string, ...SkippedSample[]][] = [];
  parse(text, { format }, (family) => void families.push([family.name, ...family.skipped ?? []]));
  return families;
}

const BUCKETS = 'h_bucket{m="a",le="1"} 2\nh_bucket{m="a",le="+Inf"} 9\nh_count{m="a"} 9\nh_sum{m="a"} 1\n';

for (const format of ["prometheus", "openmetrics"] as const) {
  describe(`a family of the ${format} format says which samples it lacks:`, () => {
    const cases: [what: string, line: string, name: string, labels: string[] | undefined][] = [
      ["its labels, where the value cannot be read", 'h_bucket{m="a",le="5"} 3x', "h_bucket", ["m", "a", "le", "5"]],
      ["no labels, where there are none", "h_sum x", "h_sum", []],
      ["unknown ones, where they cannot be read", 'h_bucket{m="a",le="5} 3', "h_bucket", undefined],
      ["unknown ones, where their name cannot be read", 'h_bucket{="a"} 3', "h_bucket", undefined],
    ];
    for (const [what, line, name, labels] of cases) {
      it(what, () => {
        const text = `# TYPE h histogram\n${line}\n${BUCKETS}# TYPE g gauge\ng 1\n# EOF\n`;
        const [[family, ...skipped] = [""], other] = skippedIn(text, format);
        assert.equal(family, "h");
        assert.deepEqual(skipped.map((sample) => [sample.name, sample.labels, sample.line]), [[name, labels, 2]]);
        assert.match(skipped[0]?.reason ?? "", /^expected .*, got /);
        assert.deepEqual(other, ["g"]);
      });
    }
  });
}

describe("a family of the prometheus format lacks, too,", () => {
  const cases: [what: string, line: string, name: string, labels: string[] | undefined][] = [
    ["a bucket without le", 'h_bucket{m="a"} 3', "h_bucket", ["m", "a"]],
    ["a bucket whose brace is missing", 'h_bucketm="a",le="5"} 3', "h", undefined],
    ["a sample with a quoted name", '{"h_bucket",m="a",le="5"} x', "h_bucket", ["m", "a", "le", "5"]],
    ["a sample with labels in quotes", 'h_bucket { "m" = "a" , le="5" } x', "h_bucket", ["m", "a", "le", "5"]],
  ];
  for (const [what, line, name, labels] of cases) {
    it(what, () => {
      const [[, ...skipped] = [""]] = skippedIn(`# TYPE h histogram\n${line}\n${BUCKETS}`, "prometheus");
      assert.deepEqual(skipped.map((sample) => [sample.name, sample.labels, sample.line]), [[name, labels, 2]]);
    });
  }

  it("a sample that stands among those of another family", () => {
    const text = `# TYPE h histogram\n${BUCKETS}# TYPE g gauge\ng 1\nh_bucket{m="a",le="5"} x\ng 2\n`;
    const families = skippedIn(text, "prometheus");
    assert.deepEqual(families.map(([name, ...skipped]) => [name, skipped.length]), [["h", 1], ["g", 0]]);
  });

  it("a line that is too long to be read", () => {
    const text = `# TYPE h histogram\nh_bucket{m="${"a".repeat(1000)}",le="1"} 2\n`;
    let skipped: readonly SkippedSample[] = [];
    parse(text, { format: "prometheus", maxLineLength: 100 }, (family) => void (skipped = family.skipped ?? []));
    assert.deepEqual(skipped.map(({ name, labels }) => [name, labels]), [["h_bucket", undefined]]);
  });

  it("nothing of a line that is none of its own", () => {
    for (const line of ["?", "g x", "i_bucket{le=1} 2"]) {
      const [[, ...skipped] = [""]] = skippedIn(`# TYPE h histogram\n${line}\n${BUCKETS}`, "prometheus");
      assert.deepEqual(skipped, [], line);
    }
  });

  it("nothing where a sample is there twice: the first one counts (OpenMetrics)", () => {
    const [[, ...skipped] = [""]] = skippedIn(
      '# TYPE h histogram\nh_bucket{le="1"} 9\nh_bucket{le="+Inf"} 44\nh_count 44\nh_bucket{le="+Inf"} 45\n# EOF\n',
      "openmetrics",
    );
    assert.deepEqual(skipped, []);
  });

  it("samples that are too many to be listed, as one without labels", () => {
    const bad = Array.from({ length: 5_000 }, (_, i) => `h_bucket{le="${i}"} x\n`).join("");
    for (const format of ["prometheus", "openmetrics"] as const) {
      const [[, ...skipped] = [""]] = skippedIn(`# TYPE h histogram\n${bad}${BUCKETS}# EOF\n`, format);
      assert.ok(skipped.length < 2_000);
      assert.equal(skipped.at(-1)?.labels, undefined);
    }
  });

  it("a sample, also where families with such lines are too many to be listed", () => {
    const bad = Array.from({ length: 5_000 }, (_, i) => `# TYPE h${i} histogram\nh${i}_bucket{le="1"} x\n`).join("");
    const families = skippedIn(bad, "prometheus");
    assert.equal(families.length, 5_000);
    assert.ok(families.every(([, ...skipped]) => skipped.length > 0));
  });
});
