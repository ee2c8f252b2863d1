import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { LineSplitter, MAX_LINE } from "../../plugin/metrics_log/lines.ts";

const encoder = new TextEncoder();

class Collected {
  readonly lines: [text: string, offset: number][] = [];
  readonly tooLongAt: number[] = [];

  line(text: string, offset: () => number): void {
    this.lines.push([text, offset()]);
  }

  tooLong(offset: number): void {
    this.tooLongAt.push(offset);
  }
}

function split(bytes: Uint8Array, chunkSizes: readonly number[], collected = new Collected()) {
  const splitter = new LineSplitter(collected, 0, false);
  let at = 0;
  for (const size of [...chunkSizes, bytes.length]) {
    splitter.push(bytes.subarray(at, at + size));
    at = Math.min(bytes.length, at + size);
  }
  return { collected, splitter };
}

describe("LineSplitter", () => {
  it("gives lines with their offsets, and leaves a half line for the next time", () => {
    const { collected, splitter } = split(encoder.encode("ä\r\n\nbc\nhalf"), [1, 3]);
    assert.deepEqual(collected.lines, [["ä", 0], ["bc", 5]]);
    assert.equal(splitter.offset, 8);
    splitter.end();
    assert.deepEqual(collected.lines.at(-1), ["half", 8]);
    assert.equal(splitter.offset, 12);
  });

  it("gives the same lines however the bytes are cut", () => {
    const text = fc.array(fc.constantFrom("a", "\n", "\r\n", "é", "🙂", "\0", "\ufeff"), { maxLength: 60 });
    fc.assert(fc.property(text, fc.array(fc.nat(9), { maxLength: 40 }), (parts, sizes) => {
      const bytes = encoder.encode(parts.join(""));
      const whole = split(bytes, []);
      const cut = split(bytes, sizes);
      assert.deepEqual(cut.collected.lines, whole.collected.lines);
      assert.equal(cut.splitter.offset, whole.splitter.offset);
    }));
  });

  it("passes over a line that is too long, without holding it, and goes on behind it", () => {
    const collected = new Collected();
    const splitter = new LineSplitter(collected, 0, false);
    splitter.push(encoder.encode("first\n"));
    const part = new Uint8Array(65_536).fill(120);
    for (let i = 0; i < 800; i++) splitter.push(part);
    assert.equal(splitter.offset, 6 + 800 * 65_536);
    assert.ok(splitter.skipping);
    splitter.push(encoder.encode("end\nlast\n"));
    assert.ok(!splitter.skipping);
    assert.deepEqual(collected.lines.map(([text]) => text), ["first", "last"]);
    assert.deepEqual(collected.tooLongAt, [6]);
  });

  it("takes a long line in one chunk for too long, too", () => {
    const { collected } = split(encoder.encode(`a\n${"x".repeat(MAX_LINE + 1)}\nb\n`), []);
    assert.deepEqual(collected.lines.map(([text]) => text), ["a", "b"]);
    assert.deepEqual(collected.tooLongAt, [2]);
  });

  it("takes a line that is no UTF-8 for Windows-1252, alone", () => {
    const bytes = [...encoder.encode("é\n"), 0x61, 0xff, 0x0a, ...encoder.encode("🙂\n"), 0x80, 0x0d, 0x0a];
    const { collected } = split(Uint8Array.from(bytes), []);
    assert.deepEqual(collected.lines, [["é", 0], ["aÿ", 3], ["🙂", 6], ["€", 11]]);
  });

  it("gives the same lines of Windows-1252 however the bytes are cut", () => {
    const text = fc.array(fc.constantFrom(0x61, 0x0a, 0xe9, 0xc3, 0xa9, 0x0d), { maxLength: 60 });
    fc.assert(fc.property(text, fc.array(fc.nat(9), { maxLength: 40 }), (numbers, sizes) => {
      const bytes = Uint8Array.from(numbers);
      assert.deepEqual(split(bytes, sizes).collected.lines, split(bytes, []).collected.lines);
    }));
  });
});
