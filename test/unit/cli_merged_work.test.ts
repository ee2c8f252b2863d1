import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MergedWork } from "../../plugin/cli/merged_work.ts";

/** Work that ends when it is told to. */
function held() {
  const ends: (() => void)[] = [];
  const work = new MergedWork(() => new Promise<void>((resolve) => ends.push(resolve)));
  return {
    work,
    runs: () => ends.length,
    endLast: async () => {
      ends.at(-1)?.();
      for (let i = 0; i < 5; i++) await Promise.resolve();
    },
  };
}

describe("MergedWork", () => {
  it("makes one run of all that is asked for while it runs", async () => {
    const { work, runs, endLast } = held();
    work.ask();
    assert.equal(runs(), 1);
    for (let i = 0; i < 5; i++) work.ask();
    assert.equal(runs(), 1);
    await endLast();
    assert.equal(runs(), 2);
    await endLast();
    assert.equal(runs(), 2);
    work.ask();
    assert.equal(runs(), 3);
  });

  it("finishes what runs at its end, and starts nothing more", async () => {
    const { work, runs, endLast } = held();
    work.ask();
    work.ask();
    let isOver = false;
    const ending = work.end().then(() => isOver = true);
    await Promise.resolve();
    assert.equal(isOver, false);
    await endLast();
    await ending;
    assert.equal(runs(), 1);
  });

  it("is over at once where nothing runs", async () => {
    await held().work.end();
  });
});
