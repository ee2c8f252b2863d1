import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compilePattern, type Pattern, PatternError, PatternInputError } from "../../plugin/patterns/mod.ts";

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
  ["^(?:(?>a+)|a)*c", a4k, false],
  ["(?:a?){50}a{50}b", a4k, false],
  ["(\\w+\\s?)+$", a4k + "!", false],
  ["\\b(\\w+\\s?)+$", "é".repeat(4096) + "!", false],
  [".*.*.*.*=", a4k, false],
  ["(?s).*.*.*.*=.*$", a4k, false],
];

describe("matching in bounded time", () => {
  for (const [source, text, expected] of EXPONENTIAL_ELSEWHERE) {
    it(`${source} on ${text.length} characters answers ${expected}`, async () => {
      const pattern = await compilePattern(source);
      assert.equal(timed(() => pattern.matches(text)), expected);
      assert.equal(timed(() => pattern.exec(text)) !== undefined, expected);
    });
  }

  for (const source of ["(a+)+\\1", "(a|a)*\\1b", "((a*)*)\\2", "(x)?(?:a|a)*(?(1)b|c)"]) {
    it(`rejects ${source}, which captures make exponential`, async () => {
      await assert.rejects(compilePattern(source), (error: unknown) => {
        assert.ok(error instanceof PatternError);
        assert.match(error.message, /could take exponential time/);
        return true;
      });
    });
  }

  it("refuses a text that takes too many steps instead of answering wrongly", async () => {
    const pattern = await compilePattern("(a*)(a*)(a*)\\1b");
    assert.equal(pattern.matches("aab"), true);
    assert.throws(() => timed(() => pattern.matches(a4k)), PatternInputError);
  });

  it("refuses a text whose positions would take too much memory", async () => {
    const pattern = await compilePattern("(?>a+|b)+c");
    assert.throws(() => timed(() => pattern.matches("a".repeat(4_200_000))), PatternInputError);
  });

  it("takes lines of a megabyte for patterns without lookaround or references", async () => {
    const line = "foo ".repeat(250_000);
    for (const source of ["(foo|bar|baz|qux).*(x|y|z|w)$", "foo.*bar", "(a|b|c)?(foo|of?o?)*.*b?[0-9]q"]) {
      const pattern = await compilePattern(source);
      assert.equal(timed(() => pattern.matches(line)), false, source);
      assert.equal(timed(() => pattern.matches(line + "bar9qx")), true, source);
    }
  });

  it("rejects repeats that are too large to write out, and says so", async () => {
    await assert.rejects(compilePattern("(?:(?:ab){1000}){1000}"), /too large.*20000 steps/);
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
