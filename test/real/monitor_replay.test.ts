import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { fired, replay } from "../support/replay.ts";
import { record, SITUATIONS } from "./monitor_situations.ts";
import { type Installation, prepare } from "./torchserve.ts";

/** As in the recordings that are kept, but fewer and shorter steps. */
const STEPS = 80;
const STEP_MS = 400;

describe("monitors on a real TorchServe", () => {
  let installation: Installation;
  before(async () => void (installation = await prepare()));

  const firedIn = async (name: string) => {
    const situation = SITUATIONS.find((one) => one.name === name);
    assert.ok(situation !== undefined);
    return fired(await replay(await record(installation, situation, STEPS, STEP_MS)));
  };

  it("tell nothing of one that is called", async () => assert.deepEqual(await firedIn("healthy"), []));

  it("tell of a model that crashes over and over", async () => {
    assert.deepEqual(await firedIn("crash loop"), ["model_health (alert)", "workers_missing (alert)"]);
  });

  it("tell of a queue that is full", async () => {
    const told = await firedIn("queue full");
    for (const wanted of ["queue_filling (alert)", "server_errors (alert)"]) {
      assert.ok(told.includes(wanted), told.join());
    }
  });
});
