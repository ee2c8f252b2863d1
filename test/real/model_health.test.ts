import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { runCheck } from "../../plugin/run/mod.ts";
import { validateInstance } from "../../plugin/config/mod.ts";
import type { Report, State } from "../../plugin/report/report.ts";
import { prepare, type RealTorchServe, start } from "./torchserve.ts";

describe("a model of a real TorchServe that raises on load", () => {
  let server: RealTorchServe;
  before(async () => {
    server = await start(await prepare(), { models: ["alpha=alpha_v1.mar"] });
    const response = await fetch(`${server.managementUrl}/models?url=broken.mar&initial_workers=1&synchronous=false`, {
      method: "POST",
    });
    assert.equal(response.status, 202);
    await response.body?.cancel();
  });
  after(() => server.stop());

  const run = async (instance: Record<string, unknown>, state?: State): Promise<Report> => {
    const result = await validateInstance(instance, {});
    if (!result.ok) throw new Error(JSON.stringify(result.issues));
    return await runCheck({ config: result.config, issues: result.issues, hostStartSeconds: 0, state });
  };
  const healthOf = (report: Report, model: string) =>
    report.service_checks.find(({ name, tags }) =>
      name.endsWith(".model.health") && tags.includes(`model_name:${model}`)
    );

  it("is CRITICAL and said to crash-loop, while the ping stays healthy", async () => {
    const instance = { management_api_url: server.managementUrl, extended_metrics: true };
    let report = await run(instance);
    assert.equal(healthOf(report, "broken")?.status, 2, "from the first run on");
    const deadline = Date.now() + 60_000;
    while (!/crash-looping/.test(healthOf(report, "broken")?.message ?? "") && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      report = await run(instance, report.state);
    }
    const broken = healthOf(report, "broken");
    assert.equal(broken?.status, 2);
    assert.match(
      broken?.message ?? "",
      /0 of 1 workers READY.*crash-looping: UNLOADING for \d+ s, started anew.*model_log\.log/,
    );
    assert.equal(healthOf(report, "alpha")?.status, 0);
    assert.deepEqual(report.metadata, { version: "0.12.0" });

    const ping = await run({ inference_api_url: server.inferenceUrl });
    assert.equal(ping.status, "ok");
    assert.deepEqual(ping.service_checks.map(({ status }) => status), [0]);
  });
});
