import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Line, LineReader } from "../../plugin/protocol/lines.ts";

function read(pieces: readonly Uint8Array[], maxBytes = 1_000): Line[] {
  const lines: Line[] = [];
  const reader = new LineReader(maxBytes, (line) => lines.push(line));
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return lines;
}

const encode = (text: string) => new TextEncoder().encode(text);

describe("LineReader", () => {
  it("cuts the same lines whatever the pieces", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }).map((s) => s.replaceAll("\n", ""))),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        (texts, sizes) => {
          const bytes = encode(texts.map((text) => `${text}\n`).join(""));
          const pieces: Uint8Array[] = [];
          for (let at = 0; at < bytes.length;) {
            const size = sizes.next().value ?? 1;
            pieces.push(bytes.slice(at, at + size));
            at += size;
          }
          const decoded = texts.map((text) => new TextDecoder().decode(encode(text)));
          assert.deepEqual(read(pieces), decoded.map((text) => ({ text })));
        },
      ),
    );
  });

  it("takes what follows the last newline for a line", () => {
    assert.deepEqual(read([encode("a\nb")]), [{ text: "a" }, { text: "b" }]);
  });

  it("keeps no line that is too long, and goes on after it", () => {
    assert.deepEqual(read([encode("x".repeat(6)), encode("y".repeat(6)), encode("\nok\n")], 10), [{ tooLong: 12 }, {
      text: "ok",
    }]);
  });
});
