import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import * as v from "valibot";
import { shapeOf } from "../../plugin/torchserve/json_shape.ts";
import { modelPageSchema, modelVersionsSchema } from "../../plugin/checks/management/schemas.ts";

const odd = fc.constantFrom<unknown>(null, "", "x", 0, 1.5, true, [], [null], {}, { unknown: 1 });
const mostly = (value: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 30, arbitrary: value }, { weight: 1, arbitrary: odd });

const worker = fc.record({
  id: mostly(fc.oneof(fc.string(), fc.integer())),
  pid: mostly(fc.integer()),
  status: mostly(fc.constantFrom("READY", "UNLOADING")),
  memoryUsage: mostly(fc.nat()),
  gpu: mostly(fc.boolean()),
  startTime: mostly(fc.string()),
  gpuUsage: mostly(fc.string()),
  unknown: fc.nat(),
}, { requiredKeys: [] });
const version = fc.record({
  modelName: mostly(fc.string({ minLength: 1 })),
  modelVersion: mostly(fc.string()),
  modelUrl: mostly(fc.string()),
  minWorkers: mostly(fc.nat()),
  loadedAtStartup: mostly(fc.boolean()),
  workers: mostly(fc.array(worker, { maxLength: 3 })),
  startupTimeout: mostly(fc.nat()),
  jobQueueStatus: mostly(fc.record({ remainingCapacity: mostly(fc.nat()), pendingRequests: mostly(fc.nat()) })),
  unknown: fc.nat(),
}, { requiredKeys: ["modelName", "modelVersion"] });
const versions = mostly(fc.array(version, { maxLength: 2 }));
const page = mostly(fc.record({
  models: mostly(
    fc.array(fc.record({ modelName: mostly(fc.string({ minLength: 1 })), modelUrl: mostly(fc.string()) })),
  ),
  nextPageToken: mostly(fc.oneof(fc.string(), fc.integer())),
}, { requiredKeys: ["models"] }));

/** What parsing keeps of a value of the right shape: the keys that it knows. */
function withoutUnknown(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, part) => key === "unknown" ? undefined : part));
}

for (
  const [name, schema, values] of [
    ["a model's versions", modelVersionsSchema, versions],
    ["a page of the list", modelPageSchema, page],
  ] as const
) {
  describe(`the shape of ${name}`, () => {
    it("is only what parsing takes as it is", () => {
      let [fitting, others] = [0, 0];
      fc.assert(
        fc.property(values, (value) => {
          const parsed = v.safeParse(schema, value);
          if (shapeOf(schema)(value)) {
            fitting++;
            assert.ok(parsed.success);
            assert.deepEqual(JSON.parse(JSON.stringify(parsed.output)), withoutUnknown(value));
          } else {
            others++;
            // What a fallback replaces does not fit, and parses all the same.
            if (parsed.success) assert.notDeepEqual(JSON.parse(JSON.stringify(parsed.output)), withoutUnknown(value));
          }
        }),
        { numRuns: 1_000, seed: 1 },
      );
      assert.ok(fitting > 100 && others > 100, `${fitting} fit, ${others} do not`);
    });
  });
}
