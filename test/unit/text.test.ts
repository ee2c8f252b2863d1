import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { clip, jsonLine, oneLine } from "../../plugin/text/mod.ts";

// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

describe("oneLine()", () => {
  for (
    const [text, shown] of [
      ["plain é😀 text", "plain é😀 text"],
      ["a\r\n\tb", "a b"],
      ["\u001b[2J\u009bH", " [2J H"],
      ["a\u2028b\u2029c\u0085d", "a b c d"],
      ["\u202etxt.exe\u200f\u061c\u2067x\u2069", " txt.exe x "],
      ["\ufeffname", " name"],
    ] as const
  ) {
    it(`shows ${jsonLine(text)} as ${jsonLine(shown)}`, () => assert.equal(oneLine(text), shown));
  }

  it("leaves no control character in any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => assert.doesNotMatch(oneLine(text), CONTROLS)));
  });
});

describe("jsonLine()", () => {
  it("gives what JSON.parse reads back, without any control character", () => {
    fc.assert(fc.property(fc.json({ stringUnit: "binary" }), (json) => {
      const value: unknown = JSON.parse(json);
      const line = jsonLine(value);
      assert.doesNotMatch(line, CONTROLS);
      assert.equal(JSON.stringify(JSON.parse(line)), JSON.stringify(value));
    }));
  });

  it("escapes what JSON.stringify leaves as it is", () => {
    assert.equal(jsonLine({ "a\u009b": ["\u2028\u202e\u007f", "é"] }), '{"a\\u009b":["\\u2028\\u202e\\u007f","é"]}');
  });
});

describe("clip()", () => {
  for (
    const [text, most, cut] of [
      ["abc", 3, "abc"],
      ["abcd", 3, "ab…"],
      ["a😀bc", 3, "a…"],
      ["", 3, ""],
    ] as const
  ) {
    it(`cuts ${JSON.stringify(text)} at ${most}`, () => assert.equal(clip(text, most), cut));
  }
});
