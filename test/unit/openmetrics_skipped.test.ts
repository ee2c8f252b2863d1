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
      if (format === "prometheus" && labels === undefined) continue;
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
