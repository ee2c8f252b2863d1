import { readFile, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { LocalServer } from "../../discover/mod.ts";
import { type Bounds, monotonicMs, within } from "../../runtime/bounds.ts";
import { FileError, readEndWithin } from "../../runtime/read_file.ts";
import { readWorkerLogs, type WorkerLog } from "./worker_log.ts";

/** The log of the workers in a folder, or why it cannot be read. */
export interface ModelLog {
  readonly path: string;
  /** By worker and model: `9000 alpha_1.0`. */
  readonly workers: ReadonlyMap<string, WorkerLog>;
  /** One clause without the path: `may not be read by this user`. */
  readonly problem: string | undefined;
  /** It is there, and this user may not read it. */
  readonly isDenied?: boolean;
}

/** How much room a file system has, for those who are not root; in bytes. */
export interface DiskSpace {
  readonly path: string;
  readonly free: number;
  readonly total: number;
}

/** What the files of a server on this machine tell. */
export interface ServerFiles {
  readonly server: LocalServer;
  readonly modelLog: ModelLog | undefined;
  readonly logDisk: DiskSpace | undefined;
  readonly storeDisk: DiskSpace | undefined;
  /** Open logs that have no name any more, or another one. */
  readonly movedLogs: readonly string[];
  /** How often the kernel killed processes of its control group for want of memory; `undefined` where that is not told. */
  readonly oomKills: number | undefined;
}

/** Most that is read of a log, from its end, in bytes. */
const MAX_LOG = 4 * 1024 * 1024;
/** How long a file system is waited for, in milliseconds. */
const FILE_MS = 3_000;
const soon = (): Bounds => ({ deadlineMs: monotonicMs() + FILE_MS });
const LOG_NAMES = ["model_log.log", "ts_log.log", "ts_metrics.log", "model_metrics.log", "access_log.log"];

/** Looks at the files of a server, as far as this user may. */
export async function serverFiles(server: LocalServer, procRoot: string): Promise<ServerFiles> {
  const { logs, metricsLog, modelStore, openLogs, pid } = server;
  const logFolder = logs ?? metricsLog.path;
  const [modelLog, logDisk, storeDisk, oomKills] = await Promise.all([
    logs === undefined ? undefined : readModelLog(join(logs, "model_log.log")),
    logFolder === undefined ? undefined : diskSpace(logFolder),
    modelStore === undefined ? undefined : diskSpace(modelStore),
    oomKillsOf(pid, procRoot),
  ]);
  return { server, modelLog, logDisk, storeDisk, movedLogs: openLogs.filter(isMoved), oomKills };
}

/** Reads the end of a `model_log.log`. */
export async function readModelLog(path: string): Promise<ModelLog> {
  try {
    const { bytes, start, mtimeMs } = await readEndWithin(path, { ...soon(), maxBytes: MAX_LOG });
    const text = new TextDecoder().decode(bytes);
    return { path, workers: readWorkerLogs(text, start === 0 ? 1 : undefined, mtimeMs / 1_000), problem: undefined };
  } catch (thrown) {
    const problem = thrown instanceof FileError ? thrown.message : "cannot be read in time";
    const isDenied = thrown instanceof FileError && thrown.reason === "denied";
    return { path, workers: new Map(), problem, isDenied };
  }
}

/** The room on the file system of a path; `undefined` where it cannot be asked. */
export async function diskSpace(path: string): Promise<DiskSpace | undefined> {
  try {
    const { bavail, blocks, bsize } = await within(statfs(path), soon());
    return { path, free: bavail * bsize, total: blocks * bsize };
  } catch {
    return undefined;
  }
}

/** Seconds since something was written to a file; `undefined` where it cannot be looked at. */
export async function secondsSinceWritten(path: string, nowMs: number): Promise<number | undefined> {
  try {
    return (nowMs - (await within(stat(path), soon())).mtimeMs) / 1_000;
  } catch {
    return undefined;
  }
}

/** An open log that was removed, or was given another name: `ts_metrics.log.1`. */
function isMoved(path: string): boolean {
  const [name = ""] = path.split("/").slice(-1);
  if (!LOG_NAMES.some((log) => name.startsWith(log))) return false;
  return !LOG_NAMES.includes(name);
}

/** `memory.events` of the process's control group (cgroups(7), version 2). */
async function oomKillsOf(pid: number, procRoot: string): Promise<number | undefined> {
  try {
    const group = /^0::(\/.*)$/m.exec(await within(readFile(`${procRoot}/${pid}/cgroup`, "utf8"), soon()))?.[1];
    if (group === undefined || group === "/") return undefined;
    const events = await within(readFile(`/sys/fs/cgroup${group}/memory.events`, "utf8"), soon());
    const kills = /^oom_kill (\d+)$/m.exec(events)?.[1];
    return kills === undefined ? undefined : Number(kills);
  } catch {
    return undefined;
  }
}
