import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { validateInstance } from "../../plugin/config/mod.ts";
import { parseHost } from "../../plugin/discover/mod.ts";
import type { Facts } from "../../plugin/doctor/facts.ts";
import type { Endpoint } from "../../plugin/doctor/gather/endpoint.ts";
import { barrierFor } from "../../plugin/doctor/gather/permissions.ts";
import { diskSpace } from "../../plugin/doctor/gather/server_files.ts";
import { judgeLogs } from "../../plugin/doctor/judge/logs.ts";
import { judgeMachine } from "../../plugin/doctor/judge/machine.ts";
import { judgeReachability } from "../../plugin/doctor/judge/reachability.ts";
import type { Report } from "../../plugin/report/mod.ts";
import { Scratch } from "./discover_support.ts";

const scratch = new Scratch();
after(() => scratch.remove());

const GIB = 1_073_741_824;
const NOW = Date.parse("2026-01-01T00:00:00Z");
const server = {
  pid: 7,
  uid: 0,
  directory: "/ts",
  listening: [{ address: "127.0.0.1", port: 8080 }],
  sockets: [],
  keyFile: {},
  metricsLog: {},
  logs: undefined,
  modelStore: "/models",
  openLogs: [],
  settings: undefined,
  certificateFile: undefined,
  metricsConfig: undefined,
};
const files = {
  server,
  modelLog: undefined,
  logDisk: { path: "/ts/logs", free: 10 * GIB, total: 100 * GIB },
  storeDisk: { path: "/models", free: 20 * GIB, total: 100 * GIB },
  movedLogs: [],
  oomKills: undefined,
};
const machine = {
  memory: { available: 8 * GIB, total: 16 * GIB },
  oomKills: 0,
  hasGpu: false,
  installedFor: [],
  users: new Map(),
};
const facts = (more: Partial<Facts>): Facts => ({
  source: undefined,
  issues: [],
  endpoints: [],
  discoveries: [],
  files: [files],
  namedLogs: [],
  machine,
  nowMs: NOW,
  ...more,
});
const well: Report = {
  status: "ok",
  metrics: [],
  histogram_buckets: [],
  service_checks: [],
  events: [],
  metadata: {},
  warnings: [],
  stats: { duration_ms: 1, requests: 1, bytes: 1, samples: 0 },
};
async function endpoint(raw: Record<string, unknown>, more: Partial<Endpoint> = {}): Promise<Endpoint> {
  const result = await validateInstance(raw, {});
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return { path: "instances[0]", config: result.config, report: well, models: [], later: undefined, ...more };
}
const versions = (worker: Record<string, unknown>): Endpoint["models"] => [{
  model: { modelName: "m" },
  versions: [{ modelName: "m", modelVersion: "1.0", workers: [{ id: "9000", pid: 8, status: "READY", ...worker }] }],
  isWhole: true,
  isDefault: () => true,
  issues: [],
}];
const told = async (more: Partial<Facts>) =>
  (await judgeMachine(facts(more))).filter(({ level }) => level !== "fine").map(({ id, message }) =>
    `${id}: ${message}`
  );

describe("the doctor, of the machine", () => {
  it("finds nothing where there is room", async () => {
    assert.deepEqual(await told({}), []);
  });

  it("finds memory and disks that are nearly used up", async () => {
    assert.deepEqual(await told({ machine: { ...machine, memory: { available: GIB / 2, total: 16 * GIB } } }), [
      "memory_low: The machine's memory is nearly used up: 512 MiB of 16.0 GiB memory are available",
    ]);
    assert.deepEqual(
      await told({ files: [{ ...files, storeDisk: { path: "/models", free: 1_048_576, total: GIB } }] }),
      [
        "disk_full: The disk of the model store /models is nearly full: 1.0 MiB of 1.0 GiB are free",
      ],
    );
    const logDisk = { path: "/ts/logs", free: 0, total: GIB };
    const [full] = await judgeLogs(facts({ files: [{ ...files, logDisk }] }));
    assert.equal(
      full?.message,
      "The disk of TorchServe's logs is full: 0 bytes of 1.0 GiB are free in /ts/logs, and lines are lost",
    );
    assert.ok(((await diskSpace(scratch.path))?.total ?? 0) > 0);
    assert.equal(await diskSpace(join(scratch.path, "nowhere")), undefined);
  });

  it("finds a GPU that no worker uses", async () => {
    const withGpu = { ...machine, hasGpu: true };
    const management = { management_api_url: "http://localhost:8081" };
    const unused = await endpoint(management, { models: versions({ gpu: false }) });
    assert.deepEqual(await told({ machine: withGpu, endpoints: [unused] }), [
      "gpu_unused: This machine has a GPU, and no worker uses it",
    ]);
    assert.deepEqual(
      await told({ machine: withGpu, endpoints: [await endpoint(management, { models: versions({ gpu: true }) })] }),
      [],
    );
  });

  it("finds a clock that is ahead", async () => {
    const models = versions({ startTime: "2026-01-01T00:10:00.000Z" });
    assert.deepEqual(
      await told({ endpoints: [await endpoint({ management_api_url: "http://localhost:8081" }, { models })] }),
      [
        "clock_skew: TorchServe's clock is at least 600 s ahead of this machine's",
      ],
    );
  });

  it("finds a proxy of the environment on the way", async () => {
    const before = { ...process.env };
    for (const name of ["no_proxy", "NO_PROXY"]) delete process.env[name];
    process.env["http_proxy"] = "http://user:hunter2@proxy.example:3128";
    try {
      const asked = await endpoint({ inference_api_url: "http://torchserve.example:8080" });
      const [finding] = await told({ endpoints: [asked] });
      assert.equal(
        finding,
        "proxy: Requests go through the proxy http://proxy.example:3128, which the environment names",
      );
      const direct = await endpoint({ inference_api_url: "http://torchserve.example:8080", skip_proxy: true });
      assert.deepEqual(await told({ endpoints: [direct] }), []);
    } finally {
      for (const name of ["http_proxy", "no_proxy", "NO_PROXY"]) {
        const value = before[name];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  it("finds what the user of an installed host agent may not read, and the folder that keeps it out", async () => {
    const user = { name: "dd-agent", uid: 54_321, gids: new Set([54_321]) };
    const key = scratch.file("closed/key_file.json", "{}");
    chmodSync(scratch.path, 0o755);
    chmodSync(join(scratch.path, "closed"), 0o755);
    chmodSync(key, 0o600);
    assert.equal(await barrierFor(user, key), key);
    assert.equal(await barrierFor({ ...user, uid: 0 }, key), undefined);
    chmodSync(join(scratch.path, "closed"), 0o700);
    assert.equal(await barrierFor(user, key), join(scratch.path, "closed"));
    const endpoints = [await endpoint({ inference_api_url: "http://localhost:8080", token_key_file: key })];
    const users = new Map([[user.name, user]]);
    assert.deepEqual(await told({ endpoints, machine: { ...machine, users, installedFor: ["datadog"] } }), [
      `agent_user: The host agent's user dd-agent may not read ${key}`,
    ]);
    assert.deepEqual(await told({ endpoints, machine: { ...machine, users } }), [], "no agent has the check");
  });

  it("finds a server that listens to its own machine only", () => {
    const host = parseHost("192.0.2.1");
    const target = { host: "192.0.2.1", port: 8080, schemes: ["http"] as const };
    const discovery = {
      host,
      isHere: true,
      servers: [server],
      notes: [],
      probed: [{ target, apis: [], isRefused: true }],
    };
    const [finding] = judgeReachability(facts({ discoveries: [discovery] }));
    assert.equal(finding?.id, "loopback");
    assert.match(finding?.message ?? "", /listens to its own machine only, and 192\.0\.2\.1 is not asked there/);
  });
});
