import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fired, readRecordings, replay } from "../support/replay.ts";

/** What each situation of a real TorchServe is to tell, and nothing else. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  healthy: [],
  idle: [],
  deploy: [],
  "crash loop": ["model_health (alert)", "workers_missing (alert)"],
  "queue full": ["model_health (warning)", "queue_filling (alert)", "queue_latency (warning)", "server_errors (alert)"],
  "5xx burst": ["server_errors (alert)"],
  "expired key": ["inference_api_down (alert)", "management_api_down (alert)", "probe (alert)"],
  "log mode": ["metrics_missing (warning)"],
};

describe("monitors on recordings of a real TorchServe", () => {
  const recordings = readRecordings();

  it("have all eight situations, 25 minutes of each", () => {
    assert.deepEqual([...recordings.keys()].sort(), Object.keys(EXPECTED).sort());
    for (const { steps, metrics, situation } of recordings.values()) {
      assert.ok(steps === 100 && metrics.length > 0, situation);
    }
  });

  for (const [situation, expected] of Object.entries(EXPECTED)) {
    it(`tell of "${situation}" ${expected.length === 0 ? "nothing" : expected.join(", ")}`, async () => {
      const recording = recordings.get(situation);
      assert.ok(recording !== undefined);
      assert.deepEqual(fired(await replay(recording)), expected);
    });
  }
});
