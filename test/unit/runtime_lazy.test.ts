import assert from "node:assert/strict";
import { it } from "node:test";
import { lazy } from "../../plugin/runtime/lazy.ts";

it("lazy() loads once, when it is first asked", async () => {
  let loads = 0;
  const code = lazy(() => Promise.resolve({ loads: ++loads }));
  assert.equal(loads, 0);
  const [first, second] = [code(), code()];
  assert.equal(first, second);
  assert.equal((await first).loads, 1);
  assert.equal(loads, 1);
});
