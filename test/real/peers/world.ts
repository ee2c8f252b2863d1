import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../../plugin/emulator/mod.ts";
import type { Report } from "../../../plugin/report/report.ts";
import { rawServer, type TestServer } from "../../contract/http_servers.ts";
import type { Host } from "../../faults/host.ts";
import { instanceOf, type Kind, KINDS } from "../../faults/kinds.ts";
import { startApache } from "./apache.ts";
import type { Daemon } from "./daemon.ts";
import { type Gates, startGates } from "./gates.ts";
import { type Nginx, startNginx } from "./nginx.ts";
import { preparePeers } from "./packages.ts";
import { type Proxy, startMicrosocks, startSquid, startTinyproxy } from "./proxies.ts";

/** All software that options are proven against, and an embedded TorchServe behind it. */
export interface World {
  readonly directory: string;
  readonly emulator: Emulator;
  readonly nginx: Nginx;
  readonly squid: Proxy;
  readonly tinyproxy: Proxy;
  readonly microsocks: Proxy;
  readonly apache: Daemon & { readonly port: number };
  readonly gates: Gates;
  stop(): Promise<void>;
}

/** Installs what is missing and starts everything. */
export async function startWorld(): Promise<World> {
  await preparePeers();
  const directory = mkdtempSync(join(tmpdir(), "torchserve-check-peers-"));
  // Some of the programs change to a user of their own.
  chmodSync(directory, 0o755);
  const emulator = await startEmulator({ models: Array.from({ length: 20 }, (_, i) => ({ name: `model${i}` })) });
  const silent: TestServer = await rawServer((socket) => socket.resume());
  const [nginx, squid, tinyproxy, microsocks, apache, gates] = await Promise.all([
    startNginx(directory, emulator, silent.port),
    startSquid(directory),
    startTinyproxy(directory),
    startMicrosocks(directory),
    startApache(directory, emulator),
    startGates(directory, emulator),
  ]);
  return {
    directory,
    emulator,
    nginx,
    squid,
    tinyproxy,
    microsocks,
    apache,
    gates,
    stop: async () => {
      silent.close();
      await Promise.all([nginx, squid, tinyproxy, microsocks, apache, gates].map((daemon) => daemon.stop()));
      await emulator.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Runs an instance of one kind at `base`, within 5 s. */
export async function check(
  host: Host,
  kind: Kind,
  base: string,
  options: Record<string, unknown> = {},
): Promise<Report> {
  return await host.run({ instance: { ...instanceOf(kind, base), ...options }, timeout_ms: 5_000 });
}

/** Runs an instance of each kind, all of which must be well. */
export async function allWell(host: Host, base: string, options: Record<string, unknown> = {}): Promise<void> {
  for (const kind of KINDS) {
    const report = await check(host, kind, base, options);
    assert.equal(report.status, "ok", `${kind}: ${report.error?.message} ${JSON.stringify(report.warnings)}`);
    if (kind !== "inference") assert.ok(report.metrics.length > 10, `${kind}: ${report.metrics.length} metrics`);
  }
}

/** Runs an instance of each kind, all of which must fail with this code; returns the messages with their hints. */
export async function allFail(
  host: Host,
  code: string,
  base: string,
  options: Record<string, unknown> = {},
): Promise<string> {
  const said: string[] = [];
  for (const kind of KINDS) {
    const { error, status } = await check(host, kind, base, options);
    assert.equal(error?.code ?? status, code, `${kind}: ${error?.message}`);
    said.push(`${error?.message} (${error?.hint ?? ""})`);
  }
  return said.join("\n");
}
