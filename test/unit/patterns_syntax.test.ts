import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compilePattern, PatternError } from "../../plugin/patterns/mod.ts";

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
    const pattern = await compilePattern("(a)|(?P<b>b)");
    assert.deepEqual(pattern.exec("xb"), ["b", undefined, "b"]);
    assert.equal(pattern.exec("x"), undefined);
  });

  it("takes lone surrogates for characters of their own", async () => {
    const pattern = await compilePattern("^.$");
    assert.deepEqual(["😀", "\ud83d", "\ude00", "\ude00\ud83d"].map(pattern.matches), [true, true, true, false]);
    assert.equal((await compilePattern("\ud83d")).matches("😀"), false);
  });
});
