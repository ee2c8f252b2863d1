import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { withoutSecrets } from "../../plugin/config/found.ts";

describe("withoutSecrets()", () => {
  it("leaves out all that might be user info, however a URL is broken", () => {
    const cases = [
      ["http://me:secret@host/x", "http://host/x"],
      ["//me:secret@host", "//host"],
      ["http://a@b@c", "http://c"],
      ["me:secret@host", "host"],
      ["someone@host", "someone@host"],
      ["a@b:c", "a@b:c"],
      ["http://", "http://"],
      ["http://host", "http://host"],
      ["", ""],
    ] as const;
    for (const [text, expected] of cases) assert.equal(withoutSecrets(text), expected, text);
  });

  it("shows nothing that stands between a colon and a later @", () => {
    const piece = fc.string({ unit: fc.constantFrom(..."ab:/@.\n"), maxLength: 6 });
    fc.assert(fc.property(piece, piece, (before, after) => {
      assert.ok(!withoutSecrets(`${before}:SECRET@${after}`).includes("SECRET"));
    }));
  });

  it("takes time linear in the length of a text", () => {
    const started = performance.now();
    for (const text of [":".repeat(1_000_000), "@:".repeat(500_000), `http://${":".repeat(1_000_000)}`]) {
      withoutSecrets(text);
    }
    // A search repeated for each colon takes minutes.
    assert.ok(performance.now() - started < 20_000);
  });
});
