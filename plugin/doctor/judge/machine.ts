import { join } from "node:path";
import { environmentProxyOf } from "../../http/mod.ts";
import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";
import type { HostName } from "../../hosts/places.ts";
import type { Machine } from "../gather/machine.ts";
import { barrierFor } from "../gather/permissions.ts";
import { sizeText } from "./sizes.ts";

/** A machine with a smaller part of its memory left is about to kill processes. */
const LITTLE_MEMORY = 0.05;
/** A disk with less room takes no archive, in bytes. */
const LITTLE_DISK = 256 * 1024 * 1024;
/** So far ahead may a clock be before anybody says so, in milliseconds. */
const SKEW_MS = 60_000;
/** The users that host agents run as, by their packages; the first that there is. */
const AGENT_USERS: Readonly<Partial<Record<HostName, readonly string[]>>> = {
  datadog: ["dd-agent"],
  telegraf: ["telegraf", "_telegraf"],
  nagios: ["nagios", "nrpe"],
  icinga2: ["nagios", "icinga"],
};

/** The machine around TorchServe: memory, disks, graphics, clocks, proxies, and the user of the host agent. */
export async function judgeMachine(facts: Facts): Promise<Finding[]> {
  return [
    ...memory(facts),
    ...storeDisks(facts),
    ...gpu(facts),
    ...clocks(facts),
    ...await proxies(facts),
    ...await agentUsers(facts),
  ];
}

function memory({ machine, files }: Facts): Finding[] {
  if (machine.memory === undefined || files.length === 0) return [];
  const { available, total } = machine.memory;
  const text = `${sizeText(available)} of ${sizeText(total)} memory are available`;
  if (available >= LITTLE_MEMORY * total) {
    return [{ id: "machine", level: "fine", message: `The machine has room: ${text}`, evidence: [], instances: [] }];
  }
  return [{
    id: "memory_low",
    level: "doubtful",
    message: `The machine's memory is nearly used up: ${text}`,
    evidence: [`/proc/meminfo: MemAvailable ${Math.round(available / 1_024)} kB`],
    remedy: "load fewer models or workers, or give the machine more memory",
    instances: [],
  }];
}

function storeDisks({ files }: Facts): Finding[] {
  return files.flatMap(({ storeDisk, logDisk }): Finding[] => {
    if (storeDisk === undefined || storeDisk.free >= LITTLE_DISK) return [];
    if (logDisk !== undefined && logDisk.free === storeDisk.free && logDisk.total === storeDisk.total) return [];
    return [{
      id: "disk_full",
      level: "doubtful",
      message: `The disk of the model store ${storeDisk.path} is nearly full: ${sizeText(storeDisk.free)} of ${
        sizeText(storeDisk.total)
      } are free`,
      evidence: [],
      remedy: "make room there, or move model_store",
      instances: [],
    }];
  });
}

function gpu({ machine, endpoints, files }: Facts): Finding[] {
  if (!machine.hasGpu || files.length === 0) return [];
  const workers = endpoints.flatMap(({ models }) => models).flatMap((model) =>
    "error" in model ? [] : model.versions.flatMap((version) => version.workers ?? [])
  );
  if (workers.length === 0 || workers.some(({ gpu }) => gpu !== false)) return [];
  return [{
    id: "gpu_unused",
    level: "doubtful",
    message: "This machine has a GPU, and no worker uses it",
    evidence: [`gpu is false for all ${workers.length} workers; /dev/nvidia0 is there.`],
    remedy: "check number_of_gpu in config.properties, deviceType of the models, and the driver for TorchServe's user",
    instances: [],
  }];
}

/** A worker that was started in the future. */
function clocks({ endpoints, nowMs }: Facts): Finding[] {
  return endpoints.flatMap(({ path, config: { url }, models }): Finding[] => {
    const starts = models.flatMap((model) => "error" in model ? [] : model.versions)
      .flatMap(({ workers }) => (workers ?? []).map(({ startTime }) => Date.parse(startTime ?? "")))
      .filter((ms) => !Number.isNaN(ms));
    const ahead = Math.max(0, ...starts.map((ms) => ms - nowMs));
    if (ahead < SKEW_MS) return [];
    return [{
      id: "clock_skew",
      level: "doubtful",
      message: `TorchServe's clock is at least ${Math.round(ahead / 1_000)} s ahead of this machine's`,
      evidence: [`${url}: a worker was started in the future, says its startTime.`],
      remedy: "let both machines take their time from one source (NTP): keys end sooner or later than they seem to",
      instances: [path],
    }];
  });
}

async function proxies({ endpoints }: Facts): Promise<Finding[]> {
  const byProxy = new Map<string, string[]>();
  for (const { path, config } of endpoints) {
    if (config.kind === "metrics_log") continue;
    const proxy = await environmentProxyOf(config.options, config.url).catch(() => undefined);
    if (proxy !== undefined) byProxy.set(proxy, [...byProxy.get(proxy) ?? [], path]);
  }
  return [...byProxy].map(([proxy, instances]) => ({
    id: "proxy",
    level: "doubtful",
    message: `Requests go through the proxy ${proxy}, which the environment names`,
    evidence: [],
    remedy: "add the host to NO_PROXY, or set skip_proxy: true in the instances, unless that is meant",
    instances,
  }));
}

/** What the users of host agents on this machine may not read. */
async function agentUsers({ machine, endpoints, files }: Facts): Promise<Finding[]> {
  const needed = new Set<string>();
  for (const { config } of endpoints) {
    if (config.kind === "metrics_log") {
      needed.add(config.url.endsWith(".log") ? config.url : join(config.url, "ts_metrics.log"));
    } else if ("token_key_file" in config.options && config.options.token_key_file !== undefined) {
      needed.add(config.options.token_key_file);
    }
  }
  if (files.every(({ server }) => server.settings?.hasMetricsApi !== false) && needed.size === 0) return [];
  const findings: Finding[] = [];
  for (const name of usersOf(machine)) {
    const user = machine.users.get(name);
    if (user === undefined) continue;
    for (const path of needed) {
      const barrier = await barrierFor(user, path);
      if (barrier === undefined) continue;
      findings.push({
        id: "agent_user",
        level: "doubtful",
        message: `The host agent's user ${name} may not read ${path}`,
        evidence: [
          barrier === path
            ? `${path} is closed to user ${user.uid}.`
            : `The folder ${barrier} is closed to user ${user.uid}.`,
        ],
        remedy:
          "run the agent as TorchServe's user, or give its user the right to read it: TorchServe gives key_file.json " +
          "mode 0600 whenever it writes it",
        instances: [],
      });
    }
  }
  return findings;
}

/** The users of the host agents that the check is installed for. */
function usersOf({ users, installedFor }: Machine): Set<string> {
  return new Set(
    installedFor.flatMap((host) => (AGENT_USERS[host] ?? []).filter((name) => users.has(name)).slice(0, 1)),
  );
}
