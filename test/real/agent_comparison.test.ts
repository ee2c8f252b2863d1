import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { compareWithAgent } from "../peers/torchserve_comparison.ts";
import { prepare, type RealTorchServe, start } from "./torchserve.ts";

describe("on a real TorchServe our checks submit what the Agent's do", () => {
  let server: RealTorchServe;
  const ask = async (url: string, method: string) => {
    const response = await fetch(url, { method, ...method === "POST" ? { body: "x" } : {} });
    await response.text();
  };
  before(async () => {
    server = await start(await prepare());
    await ask(`${server.managementUrl}/models?url=alpha_v2.mar&initial_workers=1&synchronous=true`, "POST");
    for (let i = 0; i < 4; i++) await ask(`${server.inferenceUrl}/predictions/alpha`, "POST");
    await ask(`${server.inferenceUrl}/predictions/nope`, "POST");
  });
  after(() => server?.stop());

  it("metrics, service checks and events, before and after its models have changed", async () => {
    const { metricsUrl: metrics, inferenceUrl: inference, managementUrl: management } = server;
    const result = await compareWithAgent({ metrics, inference, management }, {
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
