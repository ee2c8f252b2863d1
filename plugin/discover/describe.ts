import type { Discovery } from "./discover.ts";
import type { LocalServer } from "./local_server.ts";
import { describePorts } from "./ports.ts";
import type { Probed } from "./probe.ts";

/** What the ports without an API gave, those that gave the same together. */
export function describePortsWithoutApi(probed: readonly Probed[]): string[] {
  const ports = new Map<string, number[]>();
  for (const { target, nothing } of probed) {
    if (nothing !== undefined) ports.set(nothing, [...ports.get(nothing) ?? [], target.port]);
  }
  return [...ports].map(([nothing, list]) => `Port${list.length > 1 ? "s" : ""} ${describePorts(list)}: ${nothing}.`);
}

/** A process for people, with where it listens, or what keeps it from being looked into. */
export function describeProcess({ pid, uid, listening, sockets }: LocalServer): string {
  const what = `Process ${pid} of user ${uid} is a TorchServe`;
  if (sockets.length > 0) return `${what} that listens on ${sockets.map(({ socket }) => socket).join(", ")}`;
  if (listening === undefined) {
    return `${what}, which only that user and root can look into: run this as one of them`;
  }
  return listening.length === 0
    ? `${what} that does not listen yet`
    : `${what} that listens on ${describePorts(listening.map(({ port }) => port))}`;
}

/** Whether there is something to make a configuration of: an API that answered, or a server that has Unix sockets. */
export function isAnythingFound({ probed, servers }: Discovery): boolean {
  return probed.some(({ apis }) => apis.length > 0) || servers.some((server) => server.sockets.length > 0);
}
