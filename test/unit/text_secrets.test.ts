import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { HIDDEN, hideSecrets } from "../../plugin/text/mod.ts";

/** What is hidden, character by character: every place where a secret, or eight characters of its start, stands. */
function naive(text: string, secrets: readonly string[]): string {
  const covered = Array.from({ length: text.length }, () => false);
  for (const secret of secrets) {
    const least = Math.min(8, secret.length);
    for (let at = 0; secret !== "" && at < text.length; at++) {
      let length = 0;
      while (length < secret.length && text[at + length] === secret[length]) length++;
      if (length >= least) covered.fill(true, at, at + length);
    }
  }
  let shown = "";
  for (let i = 0; i < text.length; i++) {
    if (!covered[i]) shown += text[i];
    else if (!covered[i - 1]) shown += HIDDEN;
  }
  return shown;
}

describe("hideSecrets", () => {
  it("hides what a search at every character finds, on any text and secrets", () => {
    const few = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 60 });
    const secrets = fc.array(fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 20 }), { maxLength: 4 });
    fc.assert(
      fc.property(few, secrets, (text, secrets) => assert.equal(hideSecrets(text, secrets), naive(text, secrets))),
      { numRuns: 2_000 },
    );
  });

  it("gives the same text back where there is nothing to hide", () => {
    assert.equal(hideSecrets("all is well", ["", "secret", "all is good"]), "all is well");
  });

  it("takes linear time and memory for texts and secrets of one letter", () => {
    const text = "a".repeat(4_000_000);
    for (const length of [4, 9, 1_000, 3_000_000]) {
      assert.equal(hideSecrets(text, ["a".repeat(length)]), HIDDEN);
      assert.equal(hideSecrets(text, [`${"a".repeat(length)}b`]), length < 8 ? text : HIDDEN);
    }
    assert.equal(hideSecrets("aaaa.".repeat(200_000), ["aaaa"]), `${HIDDEN}.`.repeat(200_000));
  });
});
