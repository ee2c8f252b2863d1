import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Clock, type Waiting } from "../../plugin/http/wire/clock.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Ends at a time that may be moved; says at which of them it was ended. */
class Runner implements Waiting {
  endedMs: number | undefined;
  asked = 0;

  constructor(readonly clock: Clock, public dueMs: number) {}

  expire(nowMs: number): void {
    this.asked++;
    if (nowMs < this.dueMs) return;
    this.endedMs = nowMs;
    this.clock.forget(this);
  }
}

describe("the clock of a run", () => {
  it("ends each at its own time, not before", async () => {
    const clock = new Clock();
    const startMs = performance.now();
    const runners = [120, 40, 80].map((ms) => new Runner(clock, startMs + ms));
    for (const runner of runners) clock.watch(runner);
    await sleep(250);
    for (const { endedMs, dueMs } of runners) assert.ok(endedMs !== undefined && endedMs >= dueMs, `${endedMs}`);
  });

  it("lets one go on whose time moved away", async () => {
    const clock = new Clock();
    const runner = new Runner(clock, performance.now() + 30);
    clock.watch(runner);
    runner.dueMs += 90;
    await sleep(70);
    assert.equal(runner.endedMs, undefined);
    assert.ok(runner.asked >= 1);
    await sleep(150);
    assert.ok((runner.endedMs ?? 0) >= runner.dueMs);
  });

  it("minds a time that came nearer when it is told", async () => {
    const clock = new Clock();
    const runner = new Runner(clock, performance.now() + 60_000);
    clock.watch(runner);
    runner.dueMs = performance.now() + 20;
    clock.watch(runner);
    await sleep(120);
    assert.ok(runner.endedMs !== undefined);
  });

  it("asks none that was forgotten, and lets the process end without it", async () => {
    const clock = new Clock();
    const [kept, forgotten] = [new Runner(clock, performance.now() + 20), new Runner(clock, performance.now() + 20)];
    clock.watch(kept);
    clock.watch(forgotten);
    clock.forget(forgotten);
    await sleep(100);
    assert.ok(kept.endedMs !== undefined);
    assert.equal(forgotten.asked, 0);
    // A timer that was left would keep this test's process for a minute.
    const last = new Runner(clock, performance.now() + 60_000);
    clock.watch(last);
    clock.forget(last);
  });

  it("keeps times beyond what a timer can hold", async () => {
    const clock = new Clock();
    const runner = new Runner(clock, Infinity);
    clock.watch(runner);
    await sleep(20);
    assert.equal(runner.asked, 0);
    clock.forget(runner);
  });
});
