import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compilePattern, PatternError } from "../../plugin/patterns/mod.ts";
import golden from "../golden/patterns/python-3.11.json" with { type: "json" };

/** What Python 3.11's `re` answered (see `test/peers/patterns_oracle.py`): the groups of each text's first match. */
type Recorded =
  | { pattern: string; error: string; position: number | null }
  | { pattern: string; texts: string[]; results: (null | (string | null)[])[] };

const cases = golden as Recorded[];

describe("patterns recorded from Python", () => {
  it("are rejected with Python's message and position", async () => {
    const different: unknown[] = [];
    for (const recorded of cases) {
      if (!("error" in recorded)) continue;
      const { pattern, error, position } = recorded;
      const thrown = await compilePattern(pattern).then(() => "compiled", (error: unknown) => error);
      const same = thrown instanceof PatternError && thrown.message.startsWith(`${error} at position `) &&
        (position === null || thrown.position === position);
      if (!same) different.push([pattern, error, position, String(thrown)]);
    }
    assert.deepEqual(different, []);
  });

  it("find the same matches and groups", async () => {
    const different: unknown[] = [];
    let compared = 0;
    for (const recorded of cases) {
      if ("error" in recorded) continue;
      const pattern = await compilePattern(recorded.pattern);
      for (const [index, text] of recorded.texts.entries()) {
        const expected = recorded.results[index] ?? null;
        const groups = pattern.exec(text)?.map((group) => group ?? null) ?? null;
        const same = JSON.stringify(groups) === JSON.stringify(expected) &&
          pattern.matches(text) === (expected !== null);
        if (!same) different.push([recorded.pattern, text, expected, groups]);
        compared++;
      }
    }
    assert.deepEqual(different, []);
    assert.ok(compared > 3000, `only ${compared} comparisons`);
  });
});
