import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { runCheck } from "../../plugin/run/mod.ts";
import { validateInstance } from "../../plugin/config/mod.ts";
import type { Report } from "../../plugin/report/report.ts";
import { prepare, type RealTorchServe, start } from "./torchserve.ts";

/** The oldest version of docs/versions.md; the other tests here run the newest. */
const OLDEST = "0.8.2";

async function reportOf(instance: Record<string, unknown>): Promise<Report> {
  const result = await validateInstance(instance, {});
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return await runCheck({ config: result.config, issues: result.issues, hostStartSeconds: 0 });
}

const namesOf = ({ metrics }: Report) => new Set(metrics.map(({ name }) => name));

/** Everything was collected, and every service check is OK. */
function assertGreen({ status, warnings, error, service_checks }: Report, ...checks: string[]): void {
  assert.deepEqual({ status, warnings, error }, { status: "ok", warnings: [], error: undefined });
  const words = [...new Set(service_checks.map(({ name, status }) => `${name} ${status}`))];
  assert.deepEqual(words, checks.map((name) => `torchserve.${name} 0`));
}

describe(`TorchServe ${OLDEST}`, () => {
  let server: RealTorchServe;
  const post = async (url: string) => {
    const response = await fetch(url, { method: "POST", body: "x" });
    const text = await response.text();
    assert.ok(response.ok, text);
  };
  before(async () => {
    server = await start(await prepare(OLDEST));
    await post(`${server.managementUrl}/models?url=alpha_v2.mar&initial_workers=1&synchronous=true`);
    for (let i = 0; i < 3; i++) await post(`${server.inferenceUrl}/predictions/alpha`);
  });
  after(() => server?.stop());

  it("gives metrics", async () => {
    const report = await reportOf({ openmetrics_endpoint: server.metricsUrl });
    assertGreen(report, "openmetrics.health");
    const requests = report.metrics.find(({ name }) => name === "torchserve.openmetrics.inference.count");
    assert.equal(requests?.value, 3);
    assert.ok(requests.tags.includes("model_name:alpha"), requests.tags.join());
    assert.ok(namesOf(report).has("torchserve.openmetrics.requests.2xx.count"));
  });

  it("is healthy and answers a probe", async () => {
    const report = await reportOf({
      inference_api_url: server.inferenceUrl,
      extended_metrics: true,
      inference_probe: { model: "alpha", body: "x", expect_body: "^x$" },
    });
    assertGreen(report, "inference_api.health", "inference_api.probe");
    assert.equal(report.metadata.version, OLDEST);
  });

  it("gives models, versions and workers", async () => {
    const report = await reportOf({ management_api_url: server.managementUrl, extended_metrics: true });
    assertGreen(report, "management_api.health", "management_api.model.health");
    const versions = report.metrics.filter(({ name }) => name === "torchserve.management_api.model.versions");
    assert.deepEqual(versions.map(({ value }) => value).sort(), [1, 2]);
    for (const name of ["model.queue.remaining", "model.worker.uptime", "model.worker.memory_usage"]) {
      assert.ok(namesOf(report).has(`torchserve.management_api.${name}`), name);
    }
    assert.equal(report.metadata.version, OLDEST);
  });
});
