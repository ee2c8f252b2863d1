import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileCapturing, compilePattern, PatternError, UnboundedPatternError } from "../../plugin/patterns/mod.ts";
import golden from "../golden/patterns/python-3.11.json" with { type: "json" };

/** What Python 3.11's `re` answered (see `test/peers/patterns_oracle.py`): the groups of each text's first match. */
type Recorded =
  | { pattern: string; error: string; position: number | null }
  | { pattern: string; texts: string[]; results: (null | (string | null)[])[] };

/** Conditionals, back-references, atomic groups, possessive repeats, lookbehind together with lookahead. */
const REFUSED_KINDS = [/\(\?\(/, /\\[1-9]|\(\?P=/, /\(\?>/, /[*+?}]\+/, /^(?=.*\(\?<[=!]).*(?:\(\?[=!]|\$)/s];

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

  it("find the same matches and groups, wherever they are not refused", async () => {
    const different: unknown[] = [];
    const compared = { matches: 0, groups: 0 };
    const refused: string[] = [];
    for (const recorded of cases) {
      if ("error" in recorded) continue;
      const { pattern: source, texts, results } = recorded;
      const pattern = await unlessRefused(compilePattern(source));
      if (pattern === undefined) refused.push(source);
      const capturing = await unlessRefused(compileCapturing(source));
      for (const [index, text] of texts.entries()) {
        const expected = results[index] ?? null;
        if (pattern !== undefined) {
          compared.matches++;
          if (pattern.matches(text) !== (expected !== null)) different.push([source, text, expected]);
        }
        if (capturing !== undefined) {
          compared.groups++;
          const groups = capturing.captures(text)?.map((group) => group ?? null) ?? null;
          const same = JSON.stringify(groups) === JSON.stringify(expected?.slice(1) ?? null);
          if (!same) different.push([source, text, expected, groups]);
        }
      }
    }
    assert.deepEqual(different, []);
    assert.ok(compared.matches > 3000 && compared.groups > 1500, JSON.stringify(compared));
    const surprising = refused.filter((source) => !REFUSED_KINDS.some((kind) => kind.test(source)));
    assert.deepEqual(surprising, []);
  });
});

async function unlessRefused<T>(compiled: Promise<T>): Promise<T | undefined> {
  try {
    return await compiled;
  } catch (error) {
    if (error instanceof UnboundedPatternError) return undefined;
    throw error;
  }
}
