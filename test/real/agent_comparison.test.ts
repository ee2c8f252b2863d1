import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ShimHost } from "../peers/agent/shim.ts";
import { compare } from "../peers/compare.ts";
import { Ours } from "../peers/ours.ts";
import { type Side, SIDES } from "../peers/sides.ts";
import { compareWithAgent } from "../peers/torchserve_comparison.ts";
import { prepare, type RealTorchServe, start } from "./torchserve.ts";

for (const [what, startOurs] of SIDES) {
  describe(`on a real TorchServe ${what} what the Agent's checks do`, () => {
    let ours: Side;
    let server: RealTorchServe;
    const ask = async (url: string, method: string) => {
      const response = await fetch(url, { method, ...method === "POST" ? { body: "x" } : {} });
      await response.text();
    };
    before(async () => {
      ours = await startOurs();
      server = await start(await prepare());
      await ask(`${server.managementUrl}/models?url=alpha_v2.mar&initial_workers=1&synchronous=true`, "POST");
      for (let i = 0; i < 4; i++) await ask(`${server.inferenceUrl}/predictions/alpha`, "POST");
      await ask(`${server.inferenceUrl}/predictions/nope`, "POST");
    });
    after(async () => {
      await server?.stop();
      await ours?.close?.();
    });

    it("metrics, service checks and events, before and after its models have changed", async () => {
      const { metricsUrl: metrics, inferenceUrl: inference, managementUrl: management } = server;
      const result = await compareWithAgent({ metrics, inference, management }, {
        ours,
        between: async () => {
          await ask(`${management}/models?url=beta.mar&model_name=gamma&initial_workers=1&synchronous=true`, "POST");
          await ask(`${management}/models/alpha/2.0/set-default`, "PUT");
          await ask(`${management}/models/beta/1.0`, "DELETE");
          await ask(`${inference}/predictions/gamma`, "POST");
        },
      });
      for (const name of ["metrics", "inference", "management"] as const) {
        assert.deepEqual(result[name]?.differences, [], name);
        assert.ok((result[name]?.submissions ?? 0) > 0, name);
      }
    });
  });
}

describe("on a real TorchServe as installed the Agent's shim", () => {
  it("submits of its logs what is reported of them", async () => {
    const server = await start(await prepare(), { metricsMode: "log" });
    const shim = await ShimHost.start();
    try {
      const instance = { metrics_log: { directory: server.logDirectory, start: "beginning" } };
      const [reported, submitted] = await Promise.all([
        new Ours().submissions("connected", instance),
        shim.submissions("connected", instance),
      ]);
      let count = 0;
      for (const predictions of [3, 0, 5]) {
        for (let i = 0; i < predictions; i++) {
          const reply = await fetch(`${server.inferenceUrl}/predictions/alpha`, { method: "POST", body: "x" });
          await reply.text();
        }
        // log4j writes at once, and then nothing is written.
        await new Promise((resolve) => setTimeout(resolve, 300));
        const [expected, found] = [await reported(), await submitted()];
        assert.deepEqual(compare(found, expected), []);
        count += found.metrics.length;
      }
      assert.ok(count > 10, `${count}`);
    } finally {
      await shim.close();
      await server.stop();
    }
  });
});
