import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import fc from "fast-check";
import { StdoutQueue } from "../../plugin/runtime/stdout_queue.ts";
import type { StdoutWriter } from "../../plugin/runtime/stdout_writer.ts";

/** A reader that takes as many bytes as it is told to. */
class Reader implements StdoutWriter {
  text = "";
  #asked: { readonly pieces: readonly Uint8Array[]; readonly resolve: (written: number) => void } | undefined;

  constructor(readonly batch: number) {}

  write(pieces: readonly Uint8Array[]): Promise<number> {
    assert.equal(this.#asked, undefined, "asked again before the answer");
    return new Promise((resolve) => this.#asked = { pieces, resolve });
  }

  get isAsked(): boolean {
    return this.#asked !== undefined;
  }

  /** Reads at most so many bytes. */
  async read(bytes: number): Promise<void> {
    if (this.#asked === undefined) return;
    const { pieces, resolve } = this.#asked;
    const read = Buffer.concat(pieces).subarray(0, bytes);
    this.text += read.toString("latin1");
    this.#asked = undefined;
    resolve(read.length);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Bytes that are long enough not to be put together with others. */
const block = (letter: string, length = 20_000) => Buffer.alloc(length, letter);

describe("StdoutQueue", () => {
  it("keeps the bytes of a line until the last of them is written, also where the next line waits already", async () => {
    const reader = new Reader(1_048_576);
    const queue = new StdoutQueue(reader);
    const written: string[] = [];
    queue.write([block("z")]);
    queue.write([block("a"), block("b")], () => written.push("ab"));
    queue.write([block("c")], () => written.push("c"));
    await reader.read(20_000);
    await reader.read(20_010);
    assert.deepEqual(written, [], "half of the line is not written");
    await reader.read(19_990);
    assert.deepEqual(written, ["ab"]);
    await reader.read(Infinity);
    assert.deepEqual(written, ["ab", "c"]);
    await queue.drained();
    assert.equal(reader.text, ["z", "a", "b", "c"].map((letter) => letter.repeat(20_000)).join(""));
  });

  it("writes all lines in their order, whatever they are made of and whatever the reader takes", async () => {
    const piece = fc.oneof(
      fc.string({ unit: fc.constantFrom("a", "b", "\n"), minLength: 1, maxLength: 50 }),
      fc.integer({ min: 1, max: 60_000 }).map((length) => block("x", length)),
      fc.integer({ min: 60_000, max: 70_000 }).map((length) => "y".repeat(length)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 100_000, 1_048_576),
        fc.array(fc.record({ pieces: fc.array(piece, { minLength: 1, maxLength: 6 }), isKept: fc.boolean() }), {
          maxLength: 8,
        }),
        fc.infiniteStream(fc.integer({ min: 1, max: 150_000 })),
        async (batch, lines, sizes) => {
          const reader = new Reader(batch);
          const queue = new StdoutQueue(reader);
          const ends: number[] = [];
          let expected = "";
          for (const { pieces, isKept } of lines) {
            expected += pieces.map((one) => typeof one === "string" ? one : one.toString("latin1")).join("");
            const end = expected.length;
            queue.write(
              pieces,
              isKept
                ? () => {
                  assert.ok(reader.text.length >= end, "told before it was written");
                  ends.push(end);
                }
                : undefined,
            );
          }
          while (reader.isAsked) await reader.read(sizes.next().value);
          await queue.drained();
          assert.equal(reader.text, expected);
          assert.equal(ends.length, lines.filter(({ isKept }) => isKept).length);
          assert.equal(queue.isClosed, false, "an error in a callback closes the queue");
        },
      ),
      { numRuns: 100 },
    );
  });

  it("tells all who wait when the reader goes away", async () => {
    let closed = 0;
    let told = 0;
    const queue = new StdoutQueue({ batch: 1, write: () => Promise.reject(new Error("EPIPE")) });
    queue.onClosed = () => closed++;
    queue.write([block("a")], () => told++);
    queue.write(["b"], () => told++);
    await queue.drained();
    queue.write(["c"], () => told++);
    assert.deepEqual([closed, told, queue.isClosed], [1, 3, true]);
  });
});
