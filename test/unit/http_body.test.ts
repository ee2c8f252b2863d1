import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { HttpError } from "../../plugin/http/mod.ts";
import { BodyCollector } from "../../plugin/http/wire/body.ts";
import { BodyMemory } from "../../plugin/http/wire/body_memory.ts";

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

  it("are freed once they are copied, and only they", () => {
    const body = new BodyCollector("http://x/", 1 << 26, "200000");
    const whole = new Uint8Array(50_000).fill(1);
    const memory = new Uint8Array(100_000).fill(2);
    for (const piece of [whole, memory.subarray(0, 50_000), memory.subarray(50_000)]) body.add(piece);
    assert.equal(whole.length, 0);
    assert.equal(memory.length, 100_000, "another has part of it");
    assert.deepEqual(body.take(), new Uint8Array(150_000).fill(1, 0, 50_000).fill(2, 50_000));
  });

  it("are not copied where there is one", () => {
    const body = new BodyCollector("http://x/", 100, "3");
    const piece = Uint8Array.of(1, 2, 3);
    body.add(piece);
    assert.equal(body.take(), piece);
  });

  it("take the memory of a large one that was read, and of no other", () => {
    const memory = new BodyMemory();
    const collect = (size: number) => {
      const body = new BodyCollector("http://x/", 1 << 26, `${size}`, "", memory);
      body.add(new Uint8Array(1).fill(1));
      body.add(new Uint8Array(size - 1).fill(size % 251));
      return body;
    };
    const first = collect(3_000_000);
    const { buffer } = first.take();
    assert.notEqual(collect(3_000_000).take().buffer, buffer, "it is still read");
    first.release();
    first.release();
    const second = collect(2_000_000);
    const bytes = second.take();
    assert.equal(bytes.buffer, buffer);
    assert.equal(bytes.length, 2_000_000);
    assert.ok(bytes.every((byte, i) => byte === (i === 0 ? 1 : 2_000_000 % 251)));
    assert.notEqual(collect(2_000_000).take().buffer, buffer, "it was given back once");
    second.release();
    assert.notEqual(collect(4_000_000).take().buffer, buffer, "it is too small");
    assert.notEqual(collect(100_000).take().buffer, buffer, "the body is small");
  });
});
