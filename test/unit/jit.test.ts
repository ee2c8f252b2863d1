import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Session } from "../../plugin/protocol/session.ts";
import { Bursts, compileAsUsual } from "../../plugin/runtime/jit.ts";

const root = globalThis as { Bun?: { unsafe?: { setJITPolicy?(scale: number): void } } };

describe("how soon functions are compiled", () => {
  let scales: number[] = [];
  let restore = () => {};

  before(() => {
    const bun = root.Bun;
    if (bun === undefined) {
      root.Bun = { unsafe: { setJITPolicy: (scale) => scales.push(scale) } };
      restore = () => delete root.Bun;
      return;
    }
    const unsafe = bun.unsafe;
    assert.ok(unsafe?.setJITPolicy, "this Bun knows the policy");
    const own = unsafe.setJITPolicy;
    unsafe.setJITPolicy = (scale) => scales.push(scale);
    restore = () => unsafe.setJITPolicy = own;
  });
  after(() => restore());

  it("is as usual for who asks for it, and after the first burst of who starts runs", async () => {
    scales = [];
    compileAsUsual();
    assert.deepEqual(scales, [1]);
    scales = [];
    const bursts = new Bursts();
    await bursts.run(() => Promise.resolve(scales.push(0)));
    await bursts.run(() => Promise.resolve());
    assert.deepEqual(scales, [100, 0, 1]);
  });

  it("is left as the executable starts for one run, and as usual for a host that goes on asking", async () => {
    scales = [];
    const session = new Session(() => {});
    const ask = async (id: number, method: string) => {
      const params = { instance: {} };
      session.receive({ text: JSON.stringify({ jsonrpc: "2.0", id, method, params }) });
      await session.finished();
    };
    await ask(1, "check/validate");
    await ask(2, "check/run");
    assert.deepEqual(scales, []);
    await ask(3, "check/run");
    assert.deepEqual(scales, [1]);
    await session.close();
  });
});
