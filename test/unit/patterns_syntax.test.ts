import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileCapturing, compilePattern, PatternError, UnboundedPatternError } from "../../plugin/patterns/mod.ts";

describe("compilePattern()", () => {
  it("keeps the source as written", async () => {
    assert.equal((await compilePattern("(?i)a|b")).source, "(?i)a|b");
  });

  it("says where a pattern is wrong, with line and column when there are several lines", async () => {
    await assert.rejects(compilePattern("ab\nc[d"), {
      name: "PatternError",
      message: "unterminated character set at position 4 (line 2, column 2)",
      position: 4,
    });
  });

  it("counts code points, as Python does", async () => {
    await assert.rejects(compilePattern("😀😀)"), { message: "unbalanced parenthesis at position 2", position: 2 });
  });

  it("says that named characters are not supported", async () => {
    await assert.rejects(compilePattern("a\\N{EM DASH}"), (error: unknown) => {
      assert.ok(error instanceof PatternError);
      assert.match(error.message, /named characters .* not supported.* at position 1$/);
      return true;
    });
  });

  it("gives undefined for groups that took no part", async () => {
    const pattern = await compileCapturing("(a)|(?P<b>b)");
    assert.equal(pattern.groups, 2);
    assert.deepEqual(pattern.captures("xb"), [undefined, "b"]);
    assert.equal(pattern.captures("x"), undefined);
  });

  it("tells the groups of long texts, too", async () => {
    const text = `{"other":"${"x".repeat(5_000)}","token": "${"t".repeat(3_000)}"}\n`;
    for (const source of ['"token": "(.*)"', '"token":\\s*"([^"]+)"', '(?s)^.*"token": "(.*)"}$']) {
      assert.deepEqual((await compileCapturing(source)).captures(text), ["t".repeat(3_000)], source);
    }
  });

  it("refuses groups that the engines see in other ways", async () => {
    for (const source of ["(?:(a)|b)*", "((a?)*)", "(?=(a))a"]) {
      await assert.rejects(compileCapturing(source), (error: unknown) => {
        assert.ok(error instanceof UnboundedPatternError);
        assert.match(error.message, /put the repeat into the group/);
        return true;
      });
    }
  });

  it("takes lone surrogates for characters of their own", async () => {
    const pattern = await compilePattern("^.$");
    assert.deepEqual(["😀", "\ud83d", "\ude00", "\ude00\ud83d"].map(pattern.matches), [true, true, true, false]);
    assert.equal((await compilePattern("\ud83d")).matches("😀"), false);
  });
});
