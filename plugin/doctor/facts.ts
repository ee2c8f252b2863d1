import type { ConfigIssue, FileResult } from "../config/mod.ts";
import type { Discovery } from "../discover/mod.ts";
import { portOf } from "../torchserve/mod.ts";
import type { Endpoint } from "./gather/endpoint.ts";
import type { Machine } from "./gather/machine.ts";
import type { ModelLog, ServerFiles } from "./gather/server_files.ts";

/** All that the doctor looked at. */
export interface Facts {
  /** The file, or what stands for it, with its text; `undefined` where a host was named. */
  readonly source: Pick<FileResult, "origin" | "text"> | undefined;
  /** What is wrong with the file. */
  readonly issues: readonly ConfigIssue[];
  readonly endpoints: readonly Endpoint[];
  /** Of each host that is asked: what its ports gave, and the servers of this machine. */
  readonly discoveries: readonly Discovery[];
  /** Of the servers of this machine. */
  readonly files: readonly ServerFiles[];
  /** Logs of models that the configuration names, for servers that are not seen. */
  readonly namedLogs: readonly ModelLog[];
  readonly machine: Machine;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** The server of this machine that an endpoint belongs to; `undefined` where that is not known. */
export function filesOf({ config: { kind, url } }: Endpoint, { files, discoveries }: Facts): ServerFiles | undefined {
  if (kind === "metrics_log") {
    return files.find(({ server }) => server.metricsLog.path === url || server.logs === url) ?? onlyOne(files);
  }
  const host = URL.parse(url)?.hostname;
  const isHere = discoveries.some((discovery) => discovery.host.name === host && discovery.servers.length > 0);
  if (!isHere) return undefined;
  const port = portOf(url);
  const listener = files.find(({ server }) => server.listening?.some((one) => one.port === port));
  return listener ?? onlyOne(files.filter(({ server }) => server.listening === undefined));
}

function onlyOne<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined;
}

/** The logs in which the reasons of an endpoint's models stand. */
export function modelLogsOf(endpoint: Endpoint, facts: Facts): readonly ModelLog[] {
  const log = filesOf(endpoint, facts)?.modelLog;
  return log === undefined ? facts.namedLogs : [log];
}

/** `http://host:port` of an endpoint, for saying which server is meant. */
export function originOf(url: string): string {
  return URL.parse(url)?.origin ?? url;
}
