import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { splitValue } from "../../plugin/protocol/split.ts";
import { merge } from "../support/parts.ts";

const bytes = (text: string) => new TextEncoder().encode(text).length;

describe("splitValue()", () => {
  it("gives parts that add up to the value, none longer than the bound", () => {
    const element = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.record({ name: fc.string({ maxLength: 20 }), tags: fc.array(fc.string({ maxLength: 5 })) }),
    );
    const value = fc.record({
      status: fc.constant("ok"),
      metrics: fc.array(element, { maxLength: 200 }),
      events: fc.array(element, { maxLength: 5 }),
      state: fc.record({
        url: fc.string({ maxLength: 10 }),
        models: fc.array(fc.tuple(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 })), { maxLength: 100 }),
        deep: fc.record({ gauge: fc.array(fc.string({ maxLength: 30 }), { maxLength: 50 }) }),
      }),
    });
    fc.assert(fc.property(value, fc.integer({ min: 500, max: 3_000 }), (whole, limit) => {
      const split = splitValue(whole, limit);
      assert.ok(split !== undefined);
      assert.equal(split.dropped, 0);
      for (const json of [...split.parts, split.rest]) assert.ok(bytes(json) <= limit);
      const all = [...split.parts, split.rest].map((json): unknown => JSON.parse(json));
      assert.deepEqual(all.reduce(merge), JSON.parse(JSON.stringify(whole)));
    }));
  });

  it("drops and counts elements that fit no line", () => {
    const split = splitValue({ a: ["x".repeat(1_000), "y"], b: 1 }, 200);
    assert.deepEqual(split, { parts: [], rest: '{"a":["y"],"b":1}', dropped: 1 });
  });

  it("gives up where even the rest is too long", () => {
    assert.equal(splitValue({ text: "x".repeat(1_000) }, 200), undefined);
  });
});
