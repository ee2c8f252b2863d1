import { dirname, join } from "node:path";
import type { Facts } from "../facts.ts";
import { filesOf } from "../facts.ts";
import type { Finding } from "../finding.ts";
import type { FindingId } from "../catalogue.ts";
import { type DiskSpace, diskSpace, secondsSinceWritten } from "../gather/server_files.ts";
import { sizeText } from "./sizes.ts";

/** A disk with less has no room for a line more, in bytes. */
const FULL = 1024 * 1024;
/** A disk with less than this part is nearly full. */
const NEARLY_FULL = 0.03;

/** Whether the logs are there, may be read, are written to, and have room. */
export async function judgeLogs(facts: Facts): Promise<Finding[]> {
  const following = facts.endpoints.filter(({ config }) => config.kind === "metrics_log");
  const disks = new Map<string, DiskSpace>();
  for (const { logDisk } of facts.files) if (logDisk !== undefined) disks.set(logDisk.path, logDisk);
  for (const { config: { url } } of following) {
    const folder = url.endsWith(".log") ? dirname(url) : url;
    const disk = disks.has(folder) ? undefined : await diskSpace(folder);
    if (disk !== undefined) disks.set(folder, disk);
  }
  const full = [...disks.values()].flatMap((disk) => judgeDisk(disk, following.map(({ path }) => path)));
  const moved = facts.files.flatMap(({ server: { pid }, movedLogs }): Finding[] =>
    movedLogs.length === 0 ? [] : [{
      id: "logs_moved",
      level: "wrong",
      message: `TorchServe (process ${pid}) still writes to ${
        movedLogs.join(", ")
      }: something moved or removed its log`,
      evidence: movedLogs.map((path) => `/proc/${pid}/fd: ${path}`),
      remedy: "use copytruncate in logrotate, or leave rotation to TorchServe's own log4j2.xml, and restart it once",
      instances: following.map(({ path }) => path),
    }]
  );
  return [
    ...full,
    ...moved,
    ...following.flatMap((endpoint) => judgeFollowed(endpoint, facts)),
    ...await written(facts),
  ];
}

function judgeDisk({ path, free, total }: DiskSpace, instances: readonly string[]): Finding[] {
  const isFull = free < FULL;
  if (!isFull && free > NEARLY_FULL * total) return [];
  return [{
    id: "logs_full",
    level: isFull ? "wrong" : "doubtful",
    message:
      `The disk of TorchServe's logs is ${isFull ? "full" : "nearly full"}: ${sizeText(free)} of ${
        sizeText(total)
      } are free in ${path}` + (isFull ? ", and lines are lost" : ""),
    evidence: [`The file system of ${path}: ${sizeText(total)}, ${sizeText(free)} free.`],
    remedy: "make room there, and have the logs rotated: TorchServe's log4j2.xml says how large they become",
    instances: isFull ? instances : [],
  }];
}

function judgeFollowed(endpoint: Facts["endpoints"][number], facts: Facts): Finding[] {
  const { path, config: { url }, report: { error, service_checks } } = endpoint;
  const finding = (id: FindingId, message: string, remedy: string | undefined): Finding => ({
    id,
    level: "wrong",
    message,
    evidence: [`metrics_log: ${url}`],
    ...(remedy === undefined ? {} : { remedy }),
    instances: [path],
  });
  if (error !== undefined) {
    const id = error.code === "auth" ? "logs_unreadable" : error.code === "connect" ? "logs_missing" : "instance";
    const place = filesOf(endpoint, facts)?.server.metricsLog.path;
    const isOther = id === "logs_missing" && place !== undefined && place !== url;
    const message = id === "logs_unreadable"
      ? `The logs may not be read by this user: ${error.message}`
      : error.message;
    return [finding(id, message, isOther ? `set metrics_log: ${place}` : error.hint)];
  }
  const silent = service_checks.find(({ status }) => status !== 0);
  return silent === undefined
    ? []
    : [finding("logs_silent", silent.message ?? "nothing is written to the logs", undefined)];
}

/** When something was last written to the logs of the servers of this machine. */
async function written({ files, nowMs }: Facts): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { server: { logs, pid }, modelLog } of files) {
    if (logs === undefined) continue;
    const seconds = await secondsSinceWritten(join(logs, "ts_log.log"), nowMs);
    if (modelLog?.isDenied === true) {
      findings.push({
        id: "logs_unreadable",
        level: "doubtful",
        message: `The logs of TorchServe (process ${pid}) in ${logs} cannot be read: why a model fails stands in them`,
        evidence: [`${modelLog.path} ${modelLog.problem}`],
        remedy: "run this as the user of TorchServe or as root",
        instances: [],
      });
      continue;
    }
    if (seconds === undefined) continue;
    findings.push({
      id: "logs",
      level: "fine",
      message: `The logs in ${logs} are written to: the last line of ts_log.log is ${
        Math.max(0, Math.round(seconds))
      } s old`,
      evidence: [],
      instances: [],
    });
  }
  return findings;
}
