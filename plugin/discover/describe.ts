import type { LocalServer } from "./local_server.ts";
import { describePorts } from "./ports.ts";
import type { Probed } from "./probe.ts";

/** What the ports without an API gave, those that gave the same together. */
export function tried(probed: readonly Probed[]): string[] {
  const ports = new Map<string, number[]>();
  for (const { target, nothing } of probed) {
    if (nothing !== undefined) ports.set(nothing, [...ports.get(nothing) ?? [], target.port]);
  }
  return [...ports].map(([nothing, list]) => `Port ${describePorts(list)}: ${nothing}.`);
}

/** A process for people, with where it listens, or what keeps it from being looked into. */
export function describeProcess({ pid, uid, listening }: LocalServer): string {
  const what = `Process ${pid} of user ${uid} is a TorchServe`;
  if (listening === undefined) {
    return `${what}, which only that user and root can look into: run discover as one of them`;
  }
  return listening.length === 0
    ? `${what} that does not listen yet`
    : `${what} that listens on ${describePorts(listening.map(({ port }) => port))}`;
}
