import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { multiplierFrom } from "../../plugin/openmetrics/hash.ts";

describe("multiplierFrom()", () => {
  it("is 5 modulo 8 and not small, whatever the random number", () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
      const multiplier = multiplierFrom(random) >>> 0;
      assert.equal(multiplier % 8, 5);
      assert.ok(multiplier >= 0x01000000);
    }));
  });
});
