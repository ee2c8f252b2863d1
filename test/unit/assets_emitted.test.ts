import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import { EMITTED } from "../../plugin/assets/validate/emitted.ts";
import { validateInstance } from "../../plugin/config/mod.ts";
import { startEmulator } from "../../plugin/emulator/mod.ts";
import type { Report } from "../../plugin/report/mod.ts";
import { checkOpenMetrics } from "../../plugin/checks/openmetrics.ts";
import { runCheck } from "../../plugin/run/mod.ts";
import { checkWith } from "../support/check.ts";
import { FakeHttp } from "../support/fake_http.ts";

/** Lines of a TorchServe with GPUs and of a handler that measures itself; the emulator has neither. */
const PAGE =
  ["HandlerTime", "PredictionTime"].map((name) =>
    `# TYPE ${name} gauge\n${name}{ModelName="m",Level="Model",Hostname="h",} 1.0\n`
  ).join("") + ["GPUUtilization", "GPUMemoryUtilization", "GPUMemoryUsed"].map((name) =>
    `# TYPE ${name} gauge\n${name}{Level="Host",DeviceId="0",Hostname="h",} 1.0\n`
  ).join("");

const GPU_USAGE = "gpuId::0 utilization.gpu [%]::5 % utilization.memory [%]::3 % memory.used [MiB]::100 MiB";

async function run(instance: Record<string, unknown>): Promise<Report> {
  const validated = await validateInstance(instance, {});
  assert.ok(validated.ok, JSON.stringify(validated.issues));
  return await runCheck({ config: validated.config, issues: [], hostStartSeconds: 1 });
}

/** What all checks submit with everything on. */
async function emitted(): Promise<typeof EMITTED> {
  const emulator = await startEmulator({
    models: [
      { name: "m", version: "1.0", marFile: "m.mar", workers: 1, gpuUsage: GPU_USAGE },
      { name: "idle", version: "1.0", marFile: "idle.mar", workers: 0 },
    ],
  });
  const reports: Report[] = [];
  try {
    emulator.predict("m", { times: 3 });
    emulator.collect();
    for (let i = 0; i < 2; i++) {
      reports.push(
        await run({ openmetrics_endpoint: emulator.metricsUrl }),
        await run({
          inference_api_url: emulator.inferenceUrl,
          extended_metrics: true,
          inference_probe: { model: "m", version: "1.0", body: "{}" },
        }),
        await run({ management_api_url: emulator.managementUrl, extended_metrics: true }),
      );
      // For the second round: the server counts what was asked so far, refusals and failures too.
      for (const model of ["none", "idle"]) {
        await (await fetch(`${emulator.inferenceUrl}/predictions/${model}`, { method: "POST" })).text();
      }
    }
  } finally {
    await emulator.close();
  }
  const page = new FakeHttp({ "/metrics": { status: 200, body: PAGE } });
  const report = await checkWith(checkOpenMetrics, { openmetrics_endpoint: "http://x:8082/metrics" }, page);
  const metrics = report.metrics.map((one) => ({ ...one, name: one.name.replace(/^ns\./, "torchserve.openmetrics.") }));
  reports.push({ ...report, metrics, service_checks: [] });
  const all = { metrics: new Map<string, Set<string>>(), service_checks: new Map<string, Set<string>>() };
  for (const one of reports) {
    for (const kind of ["metrics", "service_checks"] as const) {
      for (const { name, tags } of one[kind]) {
        const known = all[kind].get(name) ?? new Set();
        all[kind].set(name, known);
        for (const tag of tags) known.add(tag.split(":", 1)[0] ?? "");
      }
    }
  }
  const sorted = (map: Map<string, Set<string>>) =>
    Object.fromEntries([...map].sort(([a], [b]) => a < b ? -1 : 1).map(([name, tags]) => [name, [...tags].sort()]));
  return { metrics: sorted(all.metrics), service_checks: sorted(all.service_checks) };
}

describe("what the checks submit", () => {
  it("is what queries of assets may use", async () => {
    const found = await emitted();
    if (process.env["UPDATE_GOLDEN"] !== undefined) {
      const path = new URL("../../plugin/assets/validate/emitted.ts", import.meta.url);
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.replace(/(EMITTED: Emitted = )[^;]*;/, `$1${JSON.stringify(found, null, 2)};`));
      return;
    }
    assert.deepEqual(found, EMITTED);
  });
});
