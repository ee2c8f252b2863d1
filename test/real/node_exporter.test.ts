import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { BINARY, runPlugin } from "../support/plugin_process.ts";
import { requirePrograms } from "./debian.ts";
import { freePorts } from "./free_ports.ts";
import { type Daemon, startDaemon } from "./peers/daemon.ts";

const NODE_EXPORTER = "/usr/bin/prometheus-node-exporter";
const PROMTOOL = "/usr/bin/promtool";

/** What promtool complains of in a page, and its exit status. */
function checkMetrics(page: string): Promise<{ status: number | null; complaints: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(PROMTOOL, ["check", "metrics"]);
    let complaints = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Uint8Array) => complaints += chunk);
    child.on("error", reject).on("close", (status) => resolve({ status, complaints }));
    child.stdin.end(page);
  });
}

describe("the textfile of a node exporter", () => {
  let directory: string;
  let textfiles: string;
  let emulator: Emulator;
  let logging: Emulator;
  let daemon: Daemon;
  let port: number;
  before(async () => {
    await requirePrograms({ [NODE_EXPORTER]: "prometheus-node-exporter", [PROMTOOL]: "prometheus" });
    directory = mkdtempSync(join(tmpdir(), "textfile-"));
    chmodSync(directory, 0o755);
    textfiles = join(directory, "textfiles");
    for (const name of ["textfiles", "logs", "state"]) mkdirSync(join(directory, name));
    const models = Array.from({ length: 50 }, (_, i) => ({ name: `model_${i + 1}` }));
    emulator = await startEmulator({ models });
    logging = await startEmulator({ models, metricsMode: "log", logDirectory: join(directory, "logs") });
    [port = 0] = await freePorts(1);
    const flags = [
      "--collector.disable-defaults",
      "--collector.textfile",
      `--collector.textfile.directory=${textfiles}`,
    ];
    const unprivileged = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const command = [...unprivileged, NODE_EXPORTER, ...flags, `--web.listen-address=127.0.0.1:${port}`];
    daemon = await startDaemon(directory, command, [port]);
  });
  after(async () => {
    await daemon?.stop();
    await Promise.all([emulator?.close(), logging?.close()]);
    rmSync(directory, { recursive: true });
  });

  /** Writes the textfile once, and gives what the node exporter serves then. */
  const collect = async (instances: readonly Record<string, unknown>[]): Promise<string> => {
    const config = join(directory, "conf.yaml");
    writeFileSync(config, JSON.stringify({ instances }));
    const { status, stderr } = await runPlugin(BINARY, "", {
      args: [
        ...["--instance", config, "--format", "prometheus", "--output", join(textfiles, "torchserve.prom")],
        ...["--state-dir", join(directory, "state"), "--log-level", "error"],
      ],
    });
    assert.deepEqual([status, stderr], [0, ""]);
    assert.deepEqual(readdirSync(textfiles), ["torchserve.prom"]);
    const page = readFileSync(join(textfiles, "torchserve.prom"), "utf8");
    assert.deepEqual(await checkMetrics(page), { status: 0, complaints: "" });
    const served = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    assert.match(served, /^node_textfile_scrape_error 0$/m);
    // Not one sample is lost, changed or without a type on the way, but for how numbers are written.
    const samples = (text: string) =>
      text.split("\n").filter((line) => line.startsWith("torchserve_")).map(asNumber).sort();
    assert.deepEqual(samples(served), samples(page));
    assert.doesNotMatch(served, /^# TYPE torchserve_\S+ untyped$/m);
    return served;
  };

  const predict = async ({ inferenceUrl }: Emulator) => {
    const { ok } = await fetch(`${inferenceUrl}/predictions/model_1`, { method: "POST", body: "x" });
    assert.ok(ok);
  };

  const asNumber = (line: string) => {
    const space = line.lastIndexOf(" ");
    return `${line.slice(0, space)} ${Number(line.slice(space))}`;
  };

  it("is served whole, with types and help, and promtool is content with it", async () => {
    await predict(emulator);
    const served = await collect([
      { openmetrics_endpoint: emulator.metricsUrl },
      { inference_api_url: emulator.inferenceUrl, extended_metrics: true },
      { management_api_url: emulator.managementUrl, extended_metrics: true },
    ]);
    assert.match(served, /^torchserve_management_api_models\{[^}]*\} 50$/m);
    assert.match(served, /^# TYPE torchserve_openmetrics_inference_total counter$/m);
    assert.match(served, /^torchserve_openmetrics_health\{[^}]*\} 0$/m);
  });

  it("has running totals of metrics that a server logs, from one run to the next", async () => {
    const instances = [{ metrics_log: { directory: join(directory, "logs") } }];
    const total = (page: string) =>
      Number(/^torchserve_openmetrics_inference_total\{[^}]*\} (\S+)$/m.exec(page)?.[1] ?? "0");
    await collect(instances);
    await predict(logging);
    const first = total(await collect(instances));
    await predict(logging);
    await predict(logging);
    assert.equal(total(await collect(instances)), first + 2);
  });

  it("says of a server that is down that it is, and keeps nothing of it", async () => {
    const [nobody] = await freePorts(1);
    const served = await collect([{ inference_api_url: `http://127.0.0.1:${nobody}` }]);
    assert.match(served, /^torchserve_inference_api_health\{[^}]*\} 2$/m);
    assert.doesNotMatch(served, /torchserve_management/);
  });
});
