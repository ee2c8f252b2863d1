import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  doubleToString,
  hashMapOrder,
  hashOfString,
  hashOfStrings,
  parseBoolean,
  parseIntOr,
  toGson,
} from "../../plugin/emulator/java.ts";

describe("what Java writes", () => {
  it("is a double with a fraction, in scientific form from 1e7 on and below 1e-3", () => {
    const cases: [number, string][] = [
      [0, "0.0"],
      [-0, "-0.0"],
      [66, "66.0"],
      [-1.5, "-1.5"],
      [22274.3203125, "22274.3203125"],
      [9999999, "9999999.0"],
      [10000000, "1.0E7"],
      [12345678.5, "1.23456785E7"],
      [0.001, "0.001"],
      [0.0001, "1.0E-4"],
      [NaN, "NaN"],
      [Infinity, "+Inf"],
      [-Infinity, "-Inf"],
    ];
    for (const [value, text] of cases) assert.equal(doubleToString(value), text);
  });

  it("is JSON with the line separators escaped, and nothing else of HTML", () => {
    assert.equal(toGson({ a: "\u2028<>'&=\u2029" }), '{\n  "a": "\\u2028<>\'&=\\u2029"\n}');
    assert.equal(toGson({ a: [], b: {} }), '{\n  "a": [],\n  "b": {}\n}');
  });
});

describe("what Java reads", () => {
  it("is an int of 32 bits, or else the default", () => {
    const cases: [string | undefined, number][] = [
      ["5", 5],
      ["+5", 5],
      ["-5", -5],
      ["007", 7],
      ["2147483647", 2147483647],
      ["2147483648", 42],
      ["-2147483648", -2147483648],
      ["", 42],
      ["5 ", 42],
      ["5.0", 42],
      ["0x5", 42],
      ["1e2", 42],
      ["+", 42],
      [undefined, 42],
    ];
    for (const [text, value] of cases) assert.equal(parseIntOr(text, 42), value, text);
  });

  it("is true only for true, in any case", () => {
    assert.deepEqual(["true", "TRUE", "1", "yes", "", undefined].map(parseBoolean), [
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("Java's hash map", () => {
  it("hashes strings and lists as Java does", () => {
    assert.equal(hashOfString(""), 0);
    assert.equal(hashOfString("abc"), 96354);
    assert.equal(hashOfString("The quick brown fox jumps over the lazy dog"), -609428141);
    assert.equal(hashOfStrings([]), 1);
    assert.equal(hashOfStrings(["a", "b"]), 31 * (31 + 97) + 98);
  });

  it("keeps what falls into one bucket in the order of arrival", () => {
    // "Aa" and "BB" have the same hash.
    assert.equal(hashOfString("Aa"), hashOfString("BB"));
    assert.deepEqual(hashMapOrder(["BB", "Aa"], hashOfString), ["BB", "Aa"]);
    assert.deepEqual(hashMapOrder(["Aa", "BB"], hashOfString), ["Aa", "BB"]);
  });

  it("orders few versions by the low bits of their hashes, and grows with their number", () => {
    assert.deepEqual(hashMapOrder(["2.0", "1.0", "10.0"], hashOfString), ["1.0", "2.0", "10.0"]);
    const many = Array.from({ length: 40 }, (_, i) => String.fromCharCode(64 + i));
    assert.deepEqual(hashMapOrder([...many].reverse(), hashOfString), many);
  });
});
