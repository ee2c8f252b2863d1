/**
 * A connected process and an exporter under load, asked about servers that are well and servers that are not, for
 * `TORCHSERVE_CHECK_SOAK_SECONDS` (default 15): memory stays where it was, no connection stays open, every reply comes.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { startExporter } from "../real/scraped_exporter.ts";
import { BINARY, type PluginProcess } from "../support/plugin_process.ts";
import { Host, until } from "./host.ts";
import { instanceOf, KINDS } from "./kinds.ts";
import { closedPort, type TestServer } from "./servers.ts";
import { flakyServer, SYMPTOMS } from "./soak_server.ts";
import { ProcessWatch } from "./soak_watch.ts";

const SECONDS = Number(process.env["TORCHSERVE_CHECK_SOAK_SECONDS"] ?? 15);
/** Of a run of a server that hangs; one that is well has the time that it has by default. */
const TIMEOUT_MS = 400;
/** How many ask the exporter at a time. */
const SCRAPERS = 8;
/** Connections end a moment after their replies. */
const SETTLE_MS = 10_000;

describe(`after ${SECONDS} s of runs and probes, of servers that are well and that are not`, () => {
  let folder: string;
  let emulator: Emulator;
  let flaky: TestServer;
  let dead: number;
  let isOver = false;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "soak-"));
    emulator = await startEmulator({});
    flaky = await flakyServer();
    dead = await closedPort();
  });
  after(async () => {
    flaky.close();
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  /** Lets each of some workers go on until the time is over; how often they went through. */
  const soak = async (works: readonly (() => Promise<void>)[], watch: ProcessWatch): Promise<number> => {
    isOver = false;
    let count = 0;
    const watching = watch.follow(SECONDS * 1_000).finally(() => isOver = true);
    await Promise.all(works.map(async (work) => {
      for (; !isOver; count++) await work();
    }));
    await watching;
    return count;
  };

  it("a connected process has answered everything, and has no more memory and no more connections than at first", async () => {
    const host = new Host(BINARY);
    await host.ask("initialize", { protocol_version: 1, capabilities: { reports: "series" } });
    const good = [emulator.metricsUrl, emulator.inferenceUrl, emulator.managementUrl];
    const bases = [...SYMPTOMS.map((name) => `http://127.0.0.1:${flaky.port}/${name}`), `http://127.0.0.1:${dead}`];
    const instances: Record<string, unknown>[] = [
      { openmetrics_endpoint: good[0] },
      { inference_api_url: good[1] },
      { management_api_url: good[2], extended_metrics: true },
      ...bases.flatMap((base) => KINDS.map((kind) => instanceOf(kind, base))),
    ];
    const statuses = new Map<string, number>();
    const isGood = (instance: Record<string, unknown>) => good.some((url) => Object.values(instance).includes(url));
    const works = instances.map((instance, i) => async () => {
      const timeout_ms = isGood(instance) ? 10_000 : TIMEOUT_MS;
      const { result } = await host.ask("check/run", { instance, check_id: `c${i}`, timeout_ms });
      const { status } = result as { status: string };
      if (isGood(instance)) assert.equal(status, "ok", JSON.stringify(result).slice(0, 500));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      // What the test itself keeps would grow with the time.
      host.stdout = "";
      host.notifications.length = 0;
    });
    // Everything once, so that what is loaded when it is needed is there.
    for (const work of works) await work();
    const watch = new ProcessWatch(host.pid);
    const runs = await soak(works, watch);
    watch.tell(`${runs} runs, ${JSON.stringify(Object.fromEntries(statuses))}`);
    assert.ok(runs > instances.length * SECONDS / 5, `${runs} runs`);
    assert.deepEqual([...statuses.keys()].sort(), ["error", "ok", "partial"]);
    assert.ok(await until(() => watch.sockets() <= watch.socketsBefore, SETTLE_MS), `${watch.sockets()} sockets`);
    watch.assertFlat();
    // What a timer or a connection kept alive would not end by itself.
    assert.deepEqual(await host.finish(), { status: 0, signal: null });
  });

  it("an exporter has answered every probe, and has no more memory and no more connections than at first", async () => {
    const port = await closedPort();
    const portOf = (url: string) => Number(new URL(url).port);
    const ports = {
      inference: portOf(emulator.inferenceUrl),
      management: portOf(emulator.managementUrl),
      metrics: portOf(emulator.metricsUrl),
    };
    const exporter: PluginProcess = await startExporter(folder, port, {
      targets: { allow: ["127.0.0.1"] },
      modules: { default: { ports }, impatient: { timeout: 1, probe_timeout: 1 } },
      limits: { probes_of_a_target: SCRAPERS },
    });
    assert.ok(await until(() => exporter.stderr.includes("listening on"), SETTLE_MS), exporter.stderr);
    const targets = [
      "127.0.0.1",
      `127.0.0.1:${dead}/metrics`,
      ...SYMPTOMS.map((name) => `http://127.0.0.1:${flaky.port}/${name}/metrics`),
    ];
    const works = Array.from({ length: SCRAPERS }, (_, i) => {
      let next = i;
      return async () => {
        const target = targets[next++ % targets.length] ?? "";
        const isGood = target === "127.0.0.1";
        const query = `target=${encodeURIComponent(target)}&module=${isGood ? "default" : "impatient"}`;
        const response = await fetch(`http://127.0.0.1:${port}/probe?${query}`);
        const text = await response.text();
        assert.equal(response.status, 200, text);
        assert.match(
          text,
          isGood ? /^probe_success 1$/m : /^probe_success [01]$/m,
          `${target}: ${exporter.stderr.slice(-500)}`,
        );
      };
    });
    for (const work of works) await work();
    const watch = new ProcessWatch(exporter.child.pid ?? 0);
    const probes = await soak(works, watch);
    watch.tell(`${probes} probes`);
    assert.ok(probes > SCRAPERS * SECONDS / 5, `${probes} probes`);
    // Clients may keep connections to it, as many as there are of them; those to targets are closed.
    assert.ok(
      await until(() => watch.sockets() <= watch.socketsBefore + SCRAPERS, SETTLE_MS),
      `${watch.sockets()} sockets`,
    );
    watch.assertFlat();
    exporter.signal("SIGTERM");
    assert.equal((await exporter.ended).status, 0);
  });
});
