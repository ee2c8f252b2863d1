import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePorts } from "../test/real/free_ports.ts";
import { FLEET_NETWORK } from "../test/support/fleet_address.ts";
import { startFleet } from "../test/support/start_fleet.ts";
import { type Bench, BINARY } from "./context.ts";
import { median, percentile } from "./statistics.ts";
import { digits, megabytes, milliseconds, type Section } from "./table.ts";

const TARGETS = 200;
const INTERVAL_SECONDS = 15;
/** What Prometheus 2.42 sends. */
const HEADERS = {
  Accept: "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75," +
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
  "Accept-Encoding": "gzip",
  "X-Prometheus-Scrape-Timeout-Seconds": "10",
};
/** What the exporter may take for them, in cores. */
const WANTED_CORES = 0.3;

/** One exporter for 200 embedded TorchServes that are scraped every 15 s, spread over the interval as Prometheus does. */
export async function measureExporter(bench: Bench): Promise<Section> {
  const fleet = await startFleet(TARGETS);
  const [port = 0] = await freePorts(1);
  const config = join(bench.folder, "exporter.json");
  await writeFile(
    config,
    JSON.stringify({ targets: { allow: [FLEET_NETWORK] }, modules: { default: { ports: fleet.ports } } }),
  );
  const exporter = new Deno.Command(BINARY, {
    args: ["exporter", "--config", config, "--web.listen-address", `127.0.0.1:${port}`, "--log-level", "error"],
    stdin: "null",
    stdout: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  try {
    await whenHealthy(url);
    const round = async () => {
      const seconds: number[] = [];
      await Promise.all(fleet.addresses.map(async (target, i) => {
        await new Promise((resolve) => setTimeout(resolve, i * INTERVAL_SECONDS * 1_000 / TARGETS));
        const start = performance.now();
        const response = await fetch(`${url}/probe?target=${target}`, { headers: HEADERS });
        const text = await response.text();
        seconds.push((performance.now() - start) / 1_000);
        if (!/^probe_success 1$/m.test(text)) throw new Error(`${target}: ${response.status} ${text.slice(-500)}`);
      }));
      return seconds;
    };
    bench.say("the first round of scrapes");
    const first = await own(url);
    await round();
    const before = await own(url);
    const start = performance.now();
    const seconds: number[] = [];
    for (let i = 0; i < (bench.quick ? 1 : 4); i++) {
      bench.say(`round ${i + 1} of scrapes`);
      seconds.push(...await round());
    }
    const elapsed = (performance.now() - start) / 1_000;
    const after = await own(url);
    const cores = (after.cpuSeconds - before.cpuSeconds) / elapsed;
    const perProbe = (after.cpuSeconds - before.cpuSeconds) / seconds.length;
    return {
      title: "Exporter",
      tables: [{
        title: `${TARGETS} targets, each with its three APIs, every ${INTERVAL_SECONDS} s`,
        notes: [
          `The targets are embedded TorchServes with two models in one other process; the client asks as Prometheus does. ` +
          `The first round, in which the code is loaded and compiled, took ${
            digits((before.cpuSeconds - first.cpuSeconds) / INTERVAL_SECONDS)
          } cores.`,
        ],
        columns: ["", "cores", "CPU of a probe, ms", "a scrape, ms", "99 %, ms", "resident MB"],
        rows: [[
          "ours",
          digits(cores),
          milliseconds(perProbe),
          milliseconds(median(seconds)),
          milliseconds(percentile(seconds, 0.99)),
          megabytes(after.bytes),
        ]],
      }],
      targets: [{
        what: `exporter, ${TARGETS} targets every ${INTERVAL_SECONDS} s: cores`,
        wanted: `≤ ${WANTED_CORES}`,
        measured: digits(cores),
        isMet: cores <= WANTED_CORES,
      }],
      missing: [],
    };
  } finally {
    exporter.kill("SIGTERM");
    await exporter.status;
    await fleet.close();
  }
}

async function whenHealthy(url: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    try {
      if ((await fetch(`${url}/-/healthy`)).ok) return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  throw new Error("the exporter does not become healthy");
}

/** What the exporter has taken so far, as it says itself. */
async function own(url: string): Promise<{ readonly cpuSeconds: number; readonly bytes: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  return { cpuSeconds: value("process_cpu_seconds_total"), bytes: value("process_resident_memory_bytes") };
}
