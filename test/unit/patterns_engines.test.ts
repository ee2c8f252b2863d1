import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nativeMatcher } from "../../plugin/patterns/native.ts";
import { parse } from "../../plugin/patterns/parser.ts";
import { covers, linearMatcher } from "../../plugin/patterns/re2.ts";
import { reduceForSearch } from "../../plugin/patterns/reduce.ts";
import golden from "../golden/patterns/python-3.11.json" with { type: "json" };

const cases = (golden as { pattern: string; texts?: string[]; results?: unknown[] }[]).filter((c) => c.texts);

function longestNative(source: string): number {
  return nativeMatcher(reduceForSearch(parse(source).root))?.maxLength ?? 0;
}

describe("the engines", () => {
  it("each match as Python, wherever they say that they can", async () => {
    const different: unknown[] = [];
    const asked = { native: 0, linear: 0 };
    for (const { pattern, texts = [], results = [] } of cases) {
      const reduced = reduceForSearch(parse(pattern).root);
      const native = nativeMatcher(reduced);
      const linear = await linearMatcher(reduced);
      for (const [index, text] of texts.entries()) {
        const expected = results[index] !== null;
        const check = (engine: keyof typeof asked, found: boolean) => {
          asked[engine]++;
          if (found !== expected) different.push([engine, pattern, text, expected]);
        };
        if (native && text.length <= native.maxLength) check("native", native.expression.test(text));
        if (linear && covers(linear, text)) check("linear", linear.test(text));
      }
    }
    assert.deepEqual(different, []);
    for (const [engine, count] of Object.entries(asked)) assert.ok(count > 1000, `${engine}: ${count}`);
  });

  it("take patterns that are linear natively at any length", () => {
    const sources = [
      "go_",
      "go_.*|process_.*",
      ".*-test",
      "^ts_.*_total$",
      "\\w+_total",
      "(?i)cpu",
      "^(?!tmp_)",
      "a|b",
      // The first foo of a line, and the first bar after it, are as good as any.
      "foo.*bar",
      "foo.*bar.*baz",
      "^foo.*bar.*baz$",
      "model_.*(?<!_test)$",
      "^(?!.*foo.*bar).*$",
      // No attempt begins inside a loop of another.
      "resnet-(?:18|50)(?:_v\\d+)?$",
      '"status"\\s*:\\s*"Healthy"',
    ];
    for (const source of sources) assert.ok(longestNative(source) > 1_000_000, source);
  });

  it("take quadratic patterns natively for short texts only", () => {
    const longest = longestNative("foo(?!.*bar)");
    assert.ok(longest >= 1_000 && longest <= 4096, `${longest}`);
  });

  it("never take ambiguous loops natively", () => {
    const sources = ["^(a+)+$", "^(a|a)*b", "x(?:a|ab|b)*c", "^(\\w+\\s?)*$", "^(?:.*,)*x", "^(?:a{1,50}){1,50}b"];
    for (const source of sources) assert.equal(longestNative(source), 0, source);
  });

  it("take loops natively in which the next character decides", () => {
    const sources = ["^(?:[a-z]+_)*total$", "^[^=]+=[^=]+=x", "^(?:\\d+\\.){3}\\d+$", "^(?:(?!--).)*x$"];
    for (const source of sources) assert.ok(longestNative(source) > 1_000_000, source);
  });
});
