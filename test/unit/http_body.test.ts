import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { HttpError } from "../../plugin/http/mod.ts";
import { BodyCollector } from "../../plugin/http/wire/body.ts";

describe("the pieces of a body", () => {
  it("are the body, whatever their sizes and whatever length is declared", () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 30 });
    const declared = fc.option(fc.constantFrom("0", "1", "40", "1000", "-1", "many"), { nil: undefined });
    fc.assert(fc.property(pieces, declared, (pieces, declared) => {
      const body = new BodyCollector("http://x/", 2_000, declared);
      for (const piece of pieces) body.add(Uint8Array.from(piece));
      assert.deepEqual([...body.take()], pieces.flatMap((piece) => [...piece]));
    }));
  });

  it("fit into the bound, or are a limit", () => {
    const body = new BodyCollector("http://x/", 10);
    for (let i = 0; i < 10; i++) body.add(Uint8Array.of(i));
    assert.equal(body.take().length, 10);
    assert.throws(() => body.add(Uint8Array.of(10)), {
      code: "limit",
      message: /at least 11 bytes; max_response_bytes/,
    });
    assert.throws(() => new BodyCollector("http://x/", 10, "11"), HttpError);
  });

  it("take no memory but their own: a million of one byte, in twice their size at most", () => {
    const body = new BodyCollector("http://x/", 1 << 26);
    for (let i = 0; i < 1_000_000; i++) body.add(Uint8Array.of(i));
    const whole = body.take();
    assert.equal(whole.length, 1_000_000);
    assert.ok(whole.buffer.byteLength <= 2 * whole.length);
    const declared = new BodyCollector("http://x/", 1 << 26, "1000000");
    for (let i = 0; i < 1_000_000; i++) declared.add(Uint8Array.of(i));
    assert.equal(declared.take().buffer.byteLength, 1_000_000);
  });

  it("are not copied where there is one", () => {
    const body = new BodyCollector("http://x/", 100, "3");
    const piece = Uint8Array.of(1, 2, 3);
    body.add(piece);
    assert.equal(body.take(), piece);
  });
});
