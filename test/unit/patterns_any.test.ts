import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { compileAny, compilePattern, escapesToItself } from "../../plugin/patterns/mod.ts";

describe("compileAny()", () => {
  it("matches nothing for an empty list", async () => {
    const none = await compileAny([]);
    assert.equal(none.matches(""), false);
  });

  it("keeps an inline flag to its own pattern", async () => {
    const any = await compileAny(["(?i)foo", "bar", "(?s)x.y"]);
    assert.deepEqual(["FOO", "bar", "BAR", "x\ny"].map(any.matches), [true, true, false, true]);
  });

  it("does not need the other patterns to be free of references, nor their groups to be numbered from 1", async () => {
    const any = await compileAny(["(a)(b)", "(c)\\1", "(?P<q>x)(?P=q)"]);
    assert.deepEqual(["ab", "cc", "cd", "xx"].map(any.matches), [true, true, false, true]);
  });

  it("allows a name twice in different patterns", async () => {
    const any = await compileAny(["(?P<n>a)", "(?P<n>b)"]);
    assert.equal(any.matches("b"), true);
  });

  it("rejects the list when one pattern is wrong", async () => {
    await assert.rejects(compileAny(["a", "(b"]), { name: "PatternError", position: 0 });
  });

  it("matches as its patterns do one by one", async () => {
    const sources = ["^go_", "cpu$", ".*lat.*", "(?i)MEM", "x.*y.*z", "(a+)+b", "^(?!t)..$", "\\bq\\b", "(.)\\1$"];
    const single = await Promise.all(sources.map(compilePattern));
    const text = fc.string({ unit: fc.constantFrom(..."go_cpulatmEabxyzqt \né"), maxLength: 8 });
    await fc.assert(fc.asyncProperty(fc.subarray(single, { minLength: 1 }), text, async (patterns, text) => {
      const any = await compileAny(patterns.map((pattern) => pattern.source));
      assert.equal(any.matches(text), patterns.some((pattern) => pattern.matches(text)));
    }));
  });
});

describe("escapesToItself()", () => {
  it("is true for names", () => {
    for (const name of ["", "ts_requests_total", "a:b", "größe", "a/b", "'x'", '"', "a,b;c=d@e!%<>`"]) {
      assert.equal(escapesToItself(name), true, name);
    }
  });

  it("is false when re.escape (3.7+) would add a backslash", () => {
    for (const char of "()[]{}?*+-|^$\\.&~# \t\n\r\v\f") assert.equal(escapesToItself(`a${char}b`), false, char);
  });
});
