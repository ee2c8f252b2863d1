import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as v from "valibot";
import type { PluginProcess } from "../support/plugin_process.ts";
import { FLEET_NETWORK, fleetAddress } from "../support/fleet_address.ts";
import { type Fleet, startFleet } from "../support/start_fleet.ts";
import { run } from "./command.ts";
import { requirePrograms } from "./debian.ts";
import { freePorts } from "./free_ports.ts";
import { probeJob, startExporter } from "./scraped_exporter.ts";
import { type Daemon, openDirectory, startDaemon } from "./peers/daemon.ts";

const TARGETS = 200;
/** As people have it: every 15 s, and 10 s for a scrape. */
const INTERVAL_SECONDS = 15;
/** Each target is scraped three times in it. */
const WATCHED_MS = 3 * INTERVAL_SECONDS * 1_000 + 2_000;

const answerSchema = v.object({
  status: v.literal("success"),
  data: v.object({
    result: v.array(v.object({ metric: v.record(v.string(), v.string()), value: v.tuple([v.number(), v.string()]) })),
  }),
});

describe("a real Prometheus that scrapes the exporter", () => {
  let folder: string;
  let fleet: Fleet;
  let silent: net.Server[];
  let exporter: PluginProcess;
  let exporterUrl: string;
  let prometheus: Daemon;
  let prometheusUrl: string;
  /** Beside the fleet: it takes connections on its three ports, and never answers. */
  const hanging = fleetAddress(TARGETS);

  before(async () => {
    await requirePrograms({ "/usr/bin/prometheus": "prometheus" });
    folder = await mkdtemp(join(tmpdir(), "prometheus-"));
    chmodSync(folder, 0o755);
    fleet = await startFleet(TARGETS);
    silent = await Promise.all(Object.values(fleet.ports).map((port) => listenSilently(hanging, port)));
    const [exporterPort = 0, prometheusPort = 0] = await freePorts(2);
    exporter = await startExporter(folder, exporterPort, {
      targets: { allow: [FLEET_NETWORK] },
      modules: { default: { ports: fleet.ports } },
    });
    exporterUrl = `http://127.0.0.1:${exporterPort}`;
    prometheusUrl = `http://127.0.0.1:${prometheusPort}`;
    const directory = openDirectory(folder, "server");
    await writeFile(join(directory, "prometheus.yml"), prometheusConfig([...fleet.addresses, hanging], exporterPort));
    await run("/usr/bin/promtool", ["check", "config", join(directory, "prometheus.yml")]);
    prometheus = await startDaemon(directory, [
      "/usr/bin/prometheus",
      "--config.file=prometheus.yml",
      "--storage.tsdb.path=data",
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
    ], [prometheusPort]);
    await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
  });
  after(async () => {
    await prometheus?.stop();
    exporter?.signal("SIGTERM");
    await exporter?.ended;
    for (const server of silent ?? []) server.close();
    await fleet?.close();
    await rm(folder, { recursive: true });
  });

  const query = async (expression: string) => {
    const response = await fetch(`${prometheusUrl}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { data: { result } } = v.parse(answerSchema, await response.json());
    return result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
  };
  const single = async (expression: string) => (await query(expression))[0]?.value;

  it("has all targets up, each under its own name, with what TorchServe says", async () => {
    assert.equal(await single('count(up{job="torchserve"} == 1)'), TARGETS + 1);
    const well = await query("probe_success == 1");
    assert.deepEqual(well.map(({ metric }) => metric["instance"]).sort(), [...fleet.addresses].sort());
    assert.equal(await single("count(torchserve_openmetrics_inference_total >= 1)"), TARGETS);
    assert.equal(await single("count(torchserve_management_api_health == 0)"), TARGETS);
    assert.equal(await single('count({__name__=~"torchserve_.*", exported_instance!=""})'), undefined);
  });

  it("loses only the target that hangs, and to the end of its own time", async () => {
    const failed = await query("probe_success == 0");
    assert.deepEqual(failed.map(({ metric }) => metric["instance"]), [hanging]);
    assert.equal(await single(`probe_timeout_seconds{instance="${hanging}"}`), 9.5);
    const slowest = await single(`max(scrape_duration_seconds{job="torchserve", instance!="${hanging}"})`);
    assert.ok(slowest !== undefined && slowest < 5, `${slowest} s`);
  });

  it("takes less than a core, and tells what it did", async () => {
    const cores = await single('rate(process_cpu_seconds_total{job="torchserve-exporter"}[40s])');
    assert.ok(cores !== undefined && cores < 1, `${cores} cores`);
    const probes = await single('sum(torchserve_exporter_probes_total{result="success"})');
    // As of when it was last scraped itself, which may be an interval ago.
    assert.ok(probes !== undefined && probes >= TARGETS, `${probes} probes`);
    assert.equal(await single("sum(torchserve_exporter_probes_refused_total)"), 0);
  });

  it("gets pages that promtool has nothing to say of", async () => {
    for (const path of [`/probe?target=${fleet.addresses[0]}`, `/probe?target=${hanging}`, "/metrics"]) {
      const response = await fetch(exporterUrl + path, { headers: { "X-Prometheus-Scrape-Timeout-Seconds": "2" } });
      assert.equal(await promtool(await response.text()), "", path);
    }
  });
});

/** The recipe of docs/hosts/prometheus.md. */
function prometheusConfig(targets: readonly string[], exporterPort: number): string {
  return `
global: {scrape_interval: ${INTERVAL_SECONDS}s, scrape_timeout: 10s}
scrape_configs:${probeJob(targets, exporterPort)}  - job_name: torchserve-exporter
    static_configs:
      - targets: ["127.0.0.1:${exporterPort}"]
`;
}

function listenSilently(host: string, port: number): Promise<net.Server> {
  const server = net.createServer((socket) => void socket.on("error", () => {}));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}

/** What `promtool check metrics` says of a page; it says nothing of a good one. */
function promtool(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("/usr/bin/promtool", ["check", "metrics"]);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (piece: Uint8Array) => said += new TextDecoder().decode(piece));
    }
    child.on("error", reject);
    child.on("close", (status) => resolve(status === 0 ? said : `${status}: ${said}`));
    child.stdin.end(text);
  });
}
