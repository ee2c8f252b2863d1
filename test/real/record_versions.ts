/**
 * Records what versions of TorchServe answer, as cases for test/unit/versions.test.ts:
 *
 *     deno run -A test/real/record_versions.ts 0.8.2 0.12.0
 *     UPDATE_GOLDEN=1 deno test -A test/unit/versions.test.ts
 *
 * Of descriptions (`OPTIONS /`) it keeps `info` and the names of paths; the host's name becomes `torchserve-0`.
 *
 * @module
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { run } from "./command.ts";
import { type Installation, prepare, type RealTorchServe, start } from "./torchserve.ts";
import { versionCases } from "./version_cases.ts";

const golden = fileURLToPath(new URL("../golden/versions/", import.meta.url));

/** Asks, and writes the answer to a file: status line, media type, body. */
class Recorder {
  constructor(private readonly folder: string) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }

  async record(file: string, url: string, init: RequestInit = {}): Promise<void> {
    const response = await fetch(url, init);
    const body = await response.text();
    const type = response.headers.get("content-type");
    const head = [
      `HTTP/1.1 ${response.status} ${response.statusText}`,
      ...type === null ? [] : [`content-type: ${type}`],
    ];
    const neutral = (init.method === "OPTIONS" ? shortened(body) : body).replaceAll(
      `"${hostname()}"`,
      '"torchserve-0"',
    );
    writeFileSync(join(this.folder, file), `${head.join("\n")}\n\n${neutral}`);
  }
}

/** A description without the details of its paths. */
function shortened(description: string): string {
  const { paths, ...rest }: { paths: Record<string, unknown> } = JSON.parse(description);
  return `${
    JSON.stringify({ ...rest, paths: Object.fromEntries(Object.keys(paths).map((path) => [path, {}])) }, null, 2)
  }\n`;
}

async function ask(method: string, url: string, body?: string): Promise<string> {
  const response = await fetch(url, { method, ...body === undefined ? {} : { body } });
  return `${response.status} ${await response.text()}`;
}

/** Two models, three versions, some predictions and errors. */
async function recordOpen(server: RealTorchServe, to: Recorder): Promise<void> {
  const { inferenceUrl: inference, managementUrl: management, metricsUrl: metrics } = server;
  await ask("POST", `${management}/models?url=alpha_v2.mar&initial_workers=1&synchronous=true`);
  const predict = (model: string, body: string) => ask("POST", `${inference}/predictions/${model}`, body);
  for (let i = 0; i < 4; i++) await predict("alpha", "x");
  await predict("beta", "x");
  await predict("alpha", "raise");
  await to.record("predictions_alpha.http", `${inference}/predictions/alpha`, { method: "POST", body: "x" });
  await to.record("predictions_nope.http", `${inference}/predictions/nope`, { method: "POST", body: "x" });
  await to.record("ping.http", `${inference}/ping`);
  await to.record("inference_description.http", `${inference}/`, { method: "OPTIONS" });
  await to.record("inference_models.http", `${inference}/models?limit=100`);
  await to.record("models.http", `${management}/models?limit=100`);
  await to.record("models_alpha_all.http", `${management}/models/alpha/all`);
  await to.record("models_beta_all.http", `${management}/models/beta/all`);
  await to.record("models_nope_all.http", `${management}/models/nope/all`);
  await to.record("management_description.http", `${management}/`, { method: "OPTIONS" });
  await to.record("metrics_description.http", `${new URL(metrics).origin}/`, { method: "OPTIONS" });
  // Metrics of models and hosts reach the endpoint by way of log lines.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await to.record("metrics.http", metrics);
}

/** A model that fails on load for longer than its `maxRetryTimeoutInSec`: only then `/ping` tells. */
async function recordUnhealthy(server: RealTorchServe, to: Recorder): Promise<void> {
  const { inferenceUrl: inference, managementUrl: management } = server;
  await ask("POST", `${management}/models?url=failing.mar&initial_workers=1&synchronous=false`);
  for (let i = 0; i < 60; i++) {
    if (/unhealthy/i.test(await ask("GET", `${inference}/ping`))) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await to.record("ping_unhealthy.http", `${inference}/ping`);
  await to.record("models_failing_all.http", `${management}/models/failing/all`);
}

/** Adds a model that fails on load, and for which TorchServe gives up its retries soon. */
async function withFailingModel(installation: Installation, folder: string): Promise<Installation> {
  cpSync(installation.modelStore, folder, { recursive: true });
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const flags = {
    "--model-name": "failing",
    "--version": "1.0",
    "--handler": fileURLToPath(new URL("./handlers/broken.py", import.meta.url)),
    "--serialized-file": file("weights.json", "{}\n"),
    "--config-file": file("model.yaml", "minWorkers: 1\nmaxWorkers: 1\nmaxRetryTimeoutInSec: 3\n"),
    "--export-path": folder,
  };
  await run(join(installation.bin, "torch-model-archiver"), ["--force", ...Object.entries(flags).flat()]);
  return { ...installation, modelStore: folder };
}

async function recordVersion(version: string, store: string): Promise<void> {
  const folder = join(golden, version);
  const to = new Recorder(join(folder, "answers"));
  const installation = await withFailingModel(await prepare(version), store);
  const open = await start(installation);
  try {
    await recordOpen(open, to);
    await recordUnhealthy(open, to);
  } finally {
    await open.stop();
  }
  const closed = await start(installation, { asInstalled: true });
  try {
    await to.record("as_installed_ping.http", `${closed.inferenceUrl}/ping`);
    await to.record("as_installed_models.http", `${closed.managementUrl}/models?limit=100`);
    await to.record("as_installed_metrics.http", closed.metricsUrl);
  } finally {
    await closed.stop();
  }
  rmSync(join(folder, "cases"), { recursive: true, force: true });
  for (const [name, content] of Object.entries(versionCases(new Date()))) {
    mkdirSync(join(folder, "cases", name), { recursive: true });
    writeFileSync(join(folder, "cases", name, "case.json"), `${JSON.stringify(content, null, 2)}\n`);
  }
}

for (const version of process.argv.slice(2)) {
  const store = mkdtempSync(join(tmpdir(), "torchserve-check-store-"));
  try {
    await recordVersion(version, store);
    process.stderr.write(`${version}: recorded\n`);
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}
process.exit();
