import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { firstOccurrences } from "../../plugin/patterns/first_occurrences.ts";
import { emitNative } from "../../plugin/patterns/native_source.ts";
import { parse } from "../../plugin/patterns/parser.ts";
import { linearMatcher } from "../../plugin/patterns/re2.ts";
import { reduceForSearch } from "../../plugin/patterns/reduce.ts";
import type { Node } from "../../plugin/patterns/syntax.ts";

const ATOMS = ["a", "b", "ab", "[ab]", "[^a]", "\\n", "(?:a|b)", "(?:ab|ba)", "(?:a|bb)", "a?", "b{2}", "a{1,2}", "b+"];
const ZERO_WIDTH = ["\\b", "^", "$", "(?<!a)", "(?<=b)", "(?!b)", "(?=a)", "(?!.*b)", "(?m:^)", "(?m:$)"];
const LOOPS = [".*", ".*", ".*", ".*?", ".+", "[^\\n]*", "(?s:.)*", "[ab]*", "[^b]*"];

/** Patterns of parts with loops between them, as in `a.*b.*c`. */
const pattern = fc.array(fc.constantFrom(...ATOMS, ...ATOMS, ...ZERO_WIDTH, ...LOOPS, ...LOOPS), {
  minLength: 2,
  maxLength: 7,
}).map((parts) => parts.join(""));
const inLookahead = fc.tuple(fc.constantFrom("^(?!", "^(?=", "(?!"), pattern).map(([open, body]) => `${open}${body})`);
const text = fc.string({ unit: fc.constantFrom(..."aaabbb\nc"), maxLength: 10 });
const texts = fc.array(text, { minLength: 20, maxLength: 20 });

function native(root: Node): RegExp {
  return new RegExp(emitNative(root), "v");
}

describe("a pattern that is searched for by first occurrences", () => {
  it("occurs in the same texts", () => {
    let rewrittenOnes = 0;
    fc.assert(
      fc.property(fc.oneof(pattern, inLookahead), texts, (source, texts) => {
        const reduced = reduceForSearch(parse(source).root);
        const { root } = firstOccurrences(reduced);
        const [before, after] = [native(reduced), native(root)];
        if (before.source !== after.source) rewrittenOnes++;
        for (const text of texts) assert.equal(after.test(text), before.test(text), JSON.stringify([source, text]));
      }),
      { numRuns: 1_500 },
    );
    assert.ok(rewrittenOnes > 100, `${rewrittenOnes}`);
  });
});

describe("a pattern that RE2 searches for", () => {
  it("occurs in the same texts, backwards as well", async () => {
    let asked = 0;
    const ascii = fc.oneof(pattern, inLookahead).filter((source) => !source.includes("\\b"));
    await fc.assert(
      fc.asyncProperty(ascii, texts, async (source, texts) => {
        const reduced = reduceForSearch(parse(source).root);
        const linear = await linearMatcher(reduced);
        if (linear === undefined) return;
        asked++;
        const expected = native(reduced);
        for (const text of texts) {
          assert.equal(linear.test(text), expected.test(text), JSON.stringify([source, text]));
        }
      }),
      { numRuns: 600 },
    );
    assert.ok(asked > 300, `${asked}`);
  });
});
