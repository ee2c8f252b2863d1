import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { paintFor, plain } from "../../plugin/formats/mod.ts";
import { paragraph, rowLines } from "../../plugin/formats/table/layout.ts";
import { duration, naturally, readable } from "../../plugin/formats/table/values.ts";
import { clipColumns, clipStart, displayWidth, padColumns } from "../../plugin/text/mod.ts";

const screen = (width: number) => ({ width, paint: plain });
/** Words as they stand in messages and addresses; no run of digits is longer than a line. */
const words = fc.array(fc.stringMatching(/^[a-z/?=.%日]{0,30}[0-9]{0,8}[a-z/]{0,30}$/), {
  minLength: 1,
  maxLength: 12,
});

describe("paragraph()", () => {
  it("makes no line longer than the screen, breaks no number, and loses nothing", () => {
    fc.assert(fc.property(words, fc.integer({ min: 30, max: 140 }), (list, width) => {
      const text = list.join(" ");
      const lines = paragraph(text, { indent: 4, hang: 6 }, screen(width));
      for (const line of lines) assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
      assert.equal(lines.map((line) => line.trim()).join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
      lines.slice(1).forEach((line, i) => {
        const isBroken = /\d$/.test(lines[i] ?? "") && /^ *\d/.test(line) &&
          !text.includes(`${/\S+$/.exec(lines[i] ?? "")?.[0]} ${/\S+/.exec(line)?.[0]}`);
        assert.ok(!isBroken, `${lines[i]} | ${line}`);
      });
    }));
  });

  it("leaves lines as long as they come where the screen has no width", () => {
    assert.deepEqual(paragraph("a ".repeat(200), { indent: 2 }, screen(Infinity)).length, 1);
  });
});

describe("rowLines()", () => {
  const cells = [{ text: "~" }, { text: "a_model_of_a_very_long_name_12345" }, { text: "7", isNumber: true }];
  it("gives a name that is wider than its column lines of its own", () => {
    assert.deepEqual(rowLines(cells, [1, 10, 3], 1, 1, screen(60)), [
      " ~  a_model_of_a_very_long_name_12345",
      "                  7",
    ]);
    assert.deepEqual(rowLines(cells, [1, 33, 3], 1, 1, screen(60)), [" ~  a_model_of_a_very_long_name_12345    7"]);
  });
});

describe("columns of a terminal", () => {
  it("are two for wide characters, and none for marks", () => {
    assert.equal(displayWidth("模型"), 4);
    assert.equal(displayWidth("e\u0301"), 1);
    assert.equal(padColumns("模", 4), "模  ");
    assert.equal(clipColumns("模型模型", 5), "模型…");
    assert.equal(clipStart("http://host:8081", 6), "…:8081");
    assert.equal(clipColumns("abc", 3), "abc");
  });
});

describe("readable()", () => {
  for (
    const [value, unit, expected] of [
      [0, "byte", "0 B"],
      [999, "byte", "999 B"],
      [999_999, "byte", "1 MB"],
      [1_234_567_890, "byte", "1.23 GB"],
      [25_886.7, "megabyte", "25.9 GB"],
      [2_048, "mebibyte", "2 GiB"],
      [-1_500, "byte", "-1.5 kB"],
      [12.345, "percent", "12.35%"],
      [20_126, "microsecond", "20.1 ms"],
      [0.25, "millisecond", "250 µs"],
      [59.9996, "second", "1 min"],
      [192, "second", "3 min 12 s"],
      [7_500, "second", "2 h 5 min"],
      [273_600, "second", "3 d 4 h"],
      [86_399.9, "second", "1 d"],
      [1, "request", "1 request"],
      [1_250, "request", "1,250 requests"],
      [0.1 + 0.2, "", "0.3"],
      [1e21, "", "1,000,000,000,000,000,000,000"],
    ] as const
  ) {
    it(`is ${expected} for ${value} ${unit}`, () => assert.equal(readable(value, unit), expected));
  }

  it("has words for what numbers stand for", () => {
    const status = "torchserve.management_api.model.worker.status";
    assert.deepEqual([0, 1, 2, 3, 4].map((value) => readable(value, "", status)), [
      "UNKNOWN",
      "READY",
      "LOADING",
      "UNLOADING",
      "4",
    ]);
  });

  it("is short for any duration", () => {
    fc.assert(fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), (seconds) => {
      assert.match(duration(seconds), /^-?[\d,.]+ (µs|ms|s|min|h|d)( \d+ (s|min|h))?$/);
    }));
  });
});

describe("colours", () => {
  for (
    const [isTTY, environment, expected] of [
      [true, {}, true],
      [false, {}, false],
      [true, { NO_COLOR: "1" }, false],
      [true, { NO_COLOR: "" }, true],
      [true, { TERM: "dumb" }, false],
      [false, { FORCE_COLOR: "1" }, true],
      [false, { FORCE_COLOR: "1", TERM: "dumb" }, true],
      [true, { FORCE_COLOR: "0" }, false],
      [true, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
    ] as const
  ) {
    it(`are ${expected ? "" : "not "}there on ${isTTY ? "a terminal" : "a pipe"} with ${JSON.stringify(environment)}`, () => {
      assert.equal(paintFor({ isTTY }, environment)("bad", "x") !== "x", expected);
    });
  }
});

it("naturally() has model_2 before model_10", () => {
  assert.deepEqual(["model_10", "model_2", "Model_1"].sort(naturally), ["Model_1", "model_2", "model_10"]);
});
