import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compilePattern, type Pattern, PatternInputError, UnboundedPatternError } from "../../plugin/patterns/mod.ts";

/** Far over the 50 ms that a 4 KiB text may take, for a machine that is busy; exponential time is longer than any. */
const PATIENCE_MS = 20_000;

function timed<T>(run: () => T): T {
  const start = performance.now();
  const result = run();
  const tookMs = performance.now() - start;
  assert.ok(tookMs < PATIENCE_MS, `took ${tookMs} ms`);
  return result;
}

const a4k = "a".repeat(4096);
const x4k = "x".repeat(4096);
const b4k = "a" + "b".repeat(4095);

/** Pattern, text, whether it matches. */
const EXPONENTIAL_ELSEWHERE: readonly (readonly [string, string, boolean])[] = [
  ["(a+)+$", a4k + "!", false],
  ["(a+)+$", a4k, true],
  ["(a|a)*b", a4k, false],
  ["^(a|a)*b", a4k, false],
  ["(a|aa)+$", a4k + "!", false],
  ["^(a|aa)+$", a4k + "\n", true],
  ["(.*)*x", a4k, false],
  ["^(.*)*x$", a4k, false],
  ["^(([a-z])+.)+[A-Z]([a-z])+$", a4k, false],
  ["(x+x+)+y", x4k, false],
  ["(x+x+)+y", x4k + "y", true],
  ["(?=(a+)+b)", a4k, false],
  ["(?=(a+)+b)", a4k + "b", true],
  ["(?<=a)(b*)*c", b4k, false],
  ["(?<=a)(b*)*c", b4k + "c", true],
  ["(?:(?!b)(?:a|a))*c", a4k, false],
  ["(?:a?){50}a{50}b", a4k, false],
  ["(\\w+\\s?)+$", a4k + "!", false],
  ["(?a)\\b(\\w+\\s?)+$", "é".repeat(4096) + "!", false],
  ["(?:a?){20}b", a4k, false],
  ["^(?:a{0,9}){9}b", a4k, false],
  ["(?:a|a){12}\\d+$", a4k, false],
  ["foo(?!.*bar)", "foo".repeat(4096) + "bar", false],
  ["foo(?!.*bar)", "foo".repeat(4096) + "bar\n", false],
  ["(?!.*_total$).*x$", "x_total\n".repeat(2048) + "x_total", false],
  [".*.*.*.*=", a4k, false],
  ["(?s).*.*.*.*=.*$", a4k, false],
];

describe("matching in bounded time", () => {
  for (const [source, text, expected] of EXPONENTIAL_ELSEWHERE) {
    it(`${source} on ${text.length} characters answers ${expected}`, async () => {
      const pattern = await compilePattern(source);
      assert.equal(timed(() => pattern.matches(text)), expected);
    });
  }

  const REFUSED: readonly (readonly [string, RegExp])[] = [
    ["(a+)+\\1", /back-reference.*write/],
    ["(a|a)*\\1b", /back-reference/],
    ["(a)?\\1", /may not have matched before/],
    ["(?i)(a)\\1", /ignores case/],
    ["(x)?(?(1)b|c)", /conditionals.*alternatives/],
    ["^(?:(?>a+)|a)*c", /atomic group.*write \(\?:\.\.\.\)/],
    ["(?=(a+)+b)(?<=x)", /lookahead or lookbehind.*repeat one thing only/],
    ["\\b(\\w+\\s?)+$", /\\b or \\B.*\(\?a\)/],
    ["(?:(?:ab){1000}){1000}", /too large.*smaller counts/],
  ];
  for (const [source, reason] of REFUSED) {
    it(`refuses ${source} and says why, and what to write instead`, async () => {
      await assert.rejects(compilePattern(source), (error: unknown) => {
        assert.ok(error instanceof UnboundedPatternError);
        assert.match(error.message, reason);
        return true;
      });
    });
  }

  it("runs what people write with lookaround, whatever the length of the text", async () => {
    const long = "ts_model-".repeat(20_000);
    const cases: readonly (readonly [string, string, string])[] = [
      ["^(?!.*_total).*$", long, `${long}_total`],
      [".*(?<!_test)$", long, `${long}_test`],
      ["(?!foo)bar.*", `${long}bar`, long],
      ["^(?!foo|bar).*", long, `bar${long}`],
      ["^((?!foo).)*$", long, `${long}foo`],
      ["^(?!.*foo)(?=.*bar).*$", `${long}bar`, `${long}barfoo`],
      ["(?<=ts_)\\d+", `${long}ts_1`, long],
      ["ts_.*(?<!_total)$", long, `${long}_total`],
      ["zz(?!.*bar)", `${long}zz${long}`, `zz${long}bar`],
      ["(?s)^(?!.*foo.*bar).*$", `${long}bar\nfoo`, `${long}foo\nbar`],
      ["^(?!.*\\btest\\b).*$", `${long}é-tests`, `${long}é-test`],
      ["\\bfoo\\b.*\\bbar\\b", `${long}é foo bar`, `${long}é foo bars`],
    ];
    for (const [source, matching, other] of cases) {
      const pattern = await compilePattern(source);
      assert.equal(timed(() => pattern.matches(matching)), true, source);
      assert.equal(timed(() => pattern.matches(other)), false, source);
    }
  });

  it("bounds the texts of patterns with back-references instead of matching wrongly", async () => {
    const pattern = await compilePattern("(\\w+)-\\1");
    assert.equal(pattern.matches("resnet-resnet"), true);
    assert.equal(pattern.matches("resnet-bert"), false);
    assert.throws(() => pattern.matches(a4k), (error: unknown) => {
      assert.ok(error instanceof PatternInputError);
      assert.match(error.message, /texts of up to \d+ characters.*has 4096/);
      return true;
    });
  });

  it("takes lines of a megabyte for patterns without lookaround or references", async () => {
    const line = "foo ".repeat(250_000);
    for (const source of ["(foo|bar|baz|qux).*(x|y|z|w)$", "foo.*bar", "(a|b|c)?(foo|of?o?)*.*b?[0-9]q"]) {
      const pattern = await compilePattern(source);
      assert.equal(timed(() => pattern.matches(line)), false, source);
      assert.equal(timed(() => pattern.matches(line + "bar9qx")), true, source);
    }
  });

  it("rejects sources that are too deep or too long, and says so", async () => {
    await assert.rejects(compilePattern("(".repeat(300) + ")".repeat(300)), /nested deeper than 200/);
    await assert.rejects(compilePattern("a".repeat(40_000)), /too long/);
  });

  it("compiles deeply nested repeats quickly", async () => {
    const source = "(?:a?".repeat(100) + ")*".repeat(100) + "b";
    const start = performance.now();
    const pattern = await compilePattern(source);
    assert.ok(performance.now() - start < PATIENCE_MS);
    assert.equal(timed(() => pattern.matches(a4k)), false);
  });

  it("grows with the length of a text, not with its square", async () => {
    const sources = [".*-test", "^.*-test$", "foo.*bar", "^(?!.*_total).*$", "[^a-z]+zz", "(?:a|b)*c", "a+b"];
    const patterns: Pattern[] = await Promise.all(sources.map(compilePattern));
    const text = "a foo-tes ".repeat(30_000);
    for (const pattern of patterns) assert.equal(timed(() => pattern.matches(text)), pattern.source === sources[3]);
  });
});
