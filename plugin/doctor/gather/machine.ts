import { access, readdir, readFile } from "node:fs/promises";
import process from "node:process";
import { HOST_NAMES, type HostName, PLACES, platformOf } from "../../hosts/places.ts";
import { monotonicMs, within } from "../../runtime/bounds.ts";

/** What the machine that the doctor runs on tells of itself. */
export interface Machine {
  /** In bytes; `undefined` where the system does not tell. */
  readonly memory: { readonly available: number; readonly total: number } | undefined;
  /** How often the kernel killed a process for want of memory since it started. */
  readonly oomKills: number | undefined;
  readonly hasGpu: boolean;
  /** The host agents that have something of this check among what they run or are configured with. */
  readonly installedFor: readonly HostName[];
  /** Users of this machine by name, with their groups. */
  readonly users: ReadonlyMap<string, User>;
}

/** A user, as far as it decides what may be read. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gids: ReadonlySet<number>;
}

const FILE_MS = 2_000;
/** The device of NVIDIA's driver. */
const GPU = "/dev/nvidia0";

/** Looks at the machine. @param procRoot `/proc`, where the system has one */
export async function lookAtMachine(procRoot: string | undefined): Promise<Machine> {
  const [meminfo, vmstat, passwd, group] = await Promise.all([
    textOf(procRoot && `${procRoot}/meminfo`),
    textOf(procRoot && `${procRoot}/vmstat`),
    textOf("/etc/passwd"),
    textOf("/etc/group"),
  ]);
  const kilobytes = (name: string) => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(meminfo)?.[1];
    return found === undefined ? undefined : Number(found) * 1_024;
  };
  const [available, total] = [kilobytes("MemAvailable"), kilobytes("MemTotal")];
  const kills = /^oom_kill (\d+)$/m.exec(vmstat)?.[1];
  return {
    memory: available === undefined || total === undefined ? undefined : { available, total },
    oomKills: kills === undefined ? undefined : Number(kills),
    hasGpu: await access(GPU).then(() => true, () => false),
    installedFor: await agentsWithCheck(),
    users: usersOf(passwd, group),
  };
}

/** Host agents whose folders hold a file or folder named after TorchServe. */
async function agentsWithCheck(): Promise<HostName[]> {
  const { hosts } = PLACES[platformOf(process.platform)];
  const found = await Promise.all(HOST_NAMES.map(async (name) => {
    const { programs = [], settings = [] } = hosts[name] ?? {};
    const lists = await Promise.all([...programs, ...settings].map((folder) => readdir(folder).catch(() => [])));
    return lists.flat().some((entry) => /torchserve/i.test(entry)) ? [name] : [];
  }));
  return found.flat();
}

/** passwd(5) and group(5). */
function usersOf(passwd: string, group: string): Map<string, User> {
  const groups = group.split("\n").map((line) => line.split(":"));
  return new Map(
    passwd.split("\n").flatMap((line): [string, User][] => {
      const [name = "", , uid = "", gid = ""] = line.split(":");
      if (name === "" || !/^\d+$/.test(uid) || !/^\d+$/.test(gid)) return [];
      const more = groups.filter(([, , , members = ""]) => members.split(",").includes(name)).map(([, , id]) =>
        Number(id)
      );
      return [[name, { name, uid: Number(uid), gids: new Set([Number(gid), ...more]) }]];
    }),
  );
}

async function textOf(path: string | undefined): Promise<string> {
  if (path === undefined) return "";
  return await within(readFile(path, "utf8"), { deadlineMs: monotonicMs() + FILE_MS }).catch(() => "");
}
