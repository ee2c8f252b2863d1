import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nearest } from "../../plugin/config/mod.ts";
import { OPTION_NAMES } from "../../plugin/config/options.ts";

describe("nearest() finds the name behind", () => {
  const misspelt: readonly (readonly [string, string])[] = [
    // A letter missing, added, wrong, swapped.
    ["limt", "limit"],
    ["excludde", "exclude"],
    ["tags_", "tags"],
    ["intervel", "interval"],
    ["hedaers", "headers"],
    // Another spelling.
    ["extra-metrics", "extra_metrics"],
    ["TLS_VERIFY", "tls_verify"],
    ["max concurrency", "max_concurrency"],
    ["openmetrics_endpiont", "openmetrics_endpoint"],
  ];
  for (const [wrong, right] of misspelt) {
    it(`${wrong}: ${right}`, () => assert.equal(nearest(wrong, OPTION_NAMES), right));
  }
});

describe("nearest() finds nothing for", () => {
  for (const name of ["", "x", "foo", "colour_of_the_sky", "l".repeat(65), "TLSv1.4"]) {
    it(JSON.stringify(name), () => assert.equal(nearest(name, ["limit", "exclude", "TLSv1.2", "TLSv1.3"]), undefined));
  }
});

describe("nearest()", () => {
  it("finds every option behind itself, and behind itself with any one character removed", () => {
    for (const name of OPTION_NAMES) assert.equal(nearest(name, OPTION_NAMES), name);
    const long = OPTION_NAMES.filter((name) => name.length > 12);
    fc.assert(fc.property(fc.constantFrom(...long), fc.nat(), (name, place) => {
      const at = place % name.length;
      const found = nearest(name.slice(0, at) + name.slice(at + 1), OPTION_NAMES);
      assert.ok(found !== undefined && Math.abs(found.length - name.length) <= 2, `${name}: ${found}`);
    }));
  });

  it("takes the first of equally near names", () => {
    assert.equal(nearest("abcx", ["abcd", "abce"]), "abcd");
  });
});
