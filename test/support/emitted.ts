import assert from "node:assert/strict";
import { metricUnits } from "../../plugin/emulator/metrics.ts";
import type { EMITTED } from "../../plugin/assets/validate/emitted.ts";
import { checkInference } from "../../plugin/checks/inference.ts";
import { checkOpenMetrics } from "../../plugin/checks/openmetrics.ts";
import { validateInstance } from "../../plugin/config/mod.ts";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import type { Report, State } from "../../plugin/report/mod.ts";
import { runCheck } from "../../plugin/run/mod.ts";
import { TORCHSERVE_METRICS } from "../../plugin/torchserve/metrics.ts";
import { checkWith } from "./check.ts";
import { FakeHttp } from "./fake_http.ts";

/** Lines of a TorchServe with GPUs and of a handler that measures itself; the emulator has neither. */
const PAGE =
  ["HandlerTime", "PredictionTime"].map((name) =>
    `# TYPE ${name} gauge\n${name}{ModelName="m",Level="Model",Hostname="h",} 1.0\n`
  ).join("") + ["GPUUtilization", "GPUMemoryUtilization", "GPUMemoryUsed"].map((name) =>
    `# TYPE ${name} gauge\n${name}{Level="Host",DeviceId="0",Hostname="h",} 1.0\n`
  ).join("");

const GPU_USAGE = "gpuId::0 utilization.gpu [%]::5 % utilization.memory [%]::3 % memory.used [MiB]::100 MiB";

/** What the words for units in TorchServe's configuration and logs are called in Datadog. */
const UNITS: Readonly<Record<string, string>> = {
  Count: "request",
  Gigabytes: "gigabyte",
  Megabytes: "megabyte",
  Microseconds: "microsecond",
  Milliseconds: "millisecond",
  ms: "millisecond",
  Percent: "percent",
};

const STATUSES = ["ok", "warning", "critical", "unknown"] as const;

async function run(instance: Record<string, unknown>, state?: State): Promise<Report> {
  const validated = await validateInstance(instance, {});
  assert.ok(validated.ok, JSON.stringify(validated.issues));
  return await runCheck({ config: validated.config, issues: [], hostStartSeconds: 1, ...state && { state } });
}

/** What a run without the runner submits, under the names that the runner gives it. */
function named(report: Report, prefix: string): Report {
  const rename = <T extends { name: string }>(one: T): T => ({ ...one, name: one.name.replace(/^ns\./, prefix) });
  return { ...report, metrics: report.metrics.map(rename), service_checks: report.service_checks.map(rename) };
}

/** All of a TorchServe that works, while its models change, then without it. */
async function ofEmulator(): Promise<Report[]> {
  const emulator = await startEmulator({
    metricTimeInterval: 0,
    archives: { "more.mar": { modelName: "more" } },
    models: [
      { name: "m", version: "1.0", marFile: "m.mar", workers: 1, gpuUsage: GPU_USAGE },
      { name: "m", version: "2.0", marFile: "m2.mar", workers: 1 },
      { name: "idle", version: "1.0", marFile: "idle.mar", workers: 0 },
    ],
  });
  const inference = {
    inference_api_url: emulator.inferenceUrl,
    extended_metrics: true,
    inference_probe: { model: "m", version: "1.0", body: "{}" },
  };
  const management = { management_api_url: emulator.managementUrl, extended_metrics: true };
  const openmetrics = { openmetrics_endpoint: emulator.metricsUrl };
  const reports: Report[] = [];
  let state: State | undefined;
  const all = async () => {
    const crawled = await run(management, state);
    state = crawled.state;
    reports.push(await run(openmetrics), await run(inference), crawled);
  };
  try {
    emulator.predict("m", { times: 3 });
    emulator.collect();
    await all();
    // Counted from the second run on: refusals and failures.
    for (const model of ["none", "idle"]) await send(emulator.inferenceUrl, `predictions/${model}`, "POST");
    await send(emulator.managementUrl, "models/m/2.0/set-default", "PUT");
    await send(emulator.managementUrl, "models/idle", "DELETE");
    await send(emulator.managementUrl, "models?url=more.mar", "POST");
    await all();
    reports.push(await run({ ...inference, inference_probe: { model: "m", body_file: "/nowhere/body" } }));
  } finally {
    await emulator.close();
  }
  await all();
  return reports;
}

/** The models of a TorchServe that lacks workers. */
async function ofBroken(): Promise<Report> {
  const emulator = await startEmulator({
    models: [{ name: "few", workers: 1, minWorkers: 2 }, { name: "broken", broken: true }],
  });
  try {
    return await run({ management_api_url: emulator.managementUrl, extended_metrics: true });
  } finally {
    await emulator.close();
  }
}

const send = async (base: string, path: string, method: string) =>
  await (await fetch(`${base}/${path}`, { method })).text();

/** A metrics endpoint of a TorchServe as installed: it answers nothing. */
async function ofLogMode(): Promise<Report> {
  const emulator: Emulator = await startEmulator({ metricsMode: "log", models: [] });
  try {
    return await run({ openmetrics_endpoint: emulator.metricsUrl });
  } finally {
    await emulator.close();
  }
}

/** What the checks submit with everything on, in all states of a TorchServe. */
export async function emitted(): Promise<typeof EMITTED> {
  const page = new FakeHttp({ "/metrics": { status: 200, body: PAGE } });
  const partial = new FakeHttp({ "/ping": { status: "Partial Healthy" } });
  const reports = [
    ...await ofEmulator(),
    await ofBroken(),
    await ofLogMode(),
    named(
      await checkWith(checkOpenMetrics, { openmetrics_endpoint: "http://x:8082/metrics" }, page),
      "torchserve.openmetrics.",
    ),
    named(
      await checkWith(checkInference, { inference_api_url: "http://x:8080" }, partial),
      "torchserve.inference_api.",
    ),
  ];
  const metrics = new Map<string, { type: string; tags: Set<string> }>();
  const checks = new Map<string, { statuses: Set<number>; tags: Set<string> }>();
  const events = new Map<string, Set<string>>();
  for (const report of reports) {
    for (const { name, type, tags } of report.metrics) {
      const known = metrics.get(name) ?? { type: type === "monotonic_count" ? "count" : type, tags: new Set() };
      metrics.set(name, known);
      addNames(known.tags, tags);
    }
    for (const { name, status, tags } of report.service_checks) {
      const known = checks.get(name) ?? { statuses: new Set(), tags: new Set() };
      checks.set(name, known);
      known.statuses.add(status);
      addNames(known.tags, tags);
    }
    for (const { msg_title: title, tags } of report.events) {
      const known = events.get(title) ?? new Set();
      events.set(title, known);
      addNames(known, tags);
    }
  }
  return {
    metrics: sorted(metrics, ({ type, tags }, name) => {
      const unit = unitOf(name);
      return { type, ...unit === undefined ? {} : { unit }, tags: [...tags].sort() };
    }),
    service_checks: sorted(checks, ({ statuses, tags }) => ({
      statuses: STATUSES.filter((_, status) => statuses.has(status)),
      tags: [...tags].sort(),
    })),
    events: sorted(events, (tags) => [...tags].sort()),
  };
}

/** The unit that TorchServe itself gives for a metric of its own; `undefined`: it is none of these. */
function unitOf(name: string): string | undefined {
  const source = Object.entries(TORCHSERVE_METRICS).find(([, ours]) =>
    [ours, `${ours}.count`].includes(name.replace(/^torchserve\.openmetrics\./, ""))
  )?.[0];
  const word = source === undefined ? undefined : metricUnits.get(source) ?? metricUnits.get(`${source}_total`);
  return word === undefined ? undefined : UNITS[word];
}

function addNames(names: Set<string>, tags: readonly string[]): void {
  for (const tag of tags) names.add(tag.split(":", 1)[0] ?? "");
}

function sorted<T, U>(map: ReadonlyMap<string, T>, make: (value: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(
    [...map].sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => [name, make(value, name)]),
  );
}
