/**
 * Finds TorchServe on a host and makes a configuration that watches it.
 *
 * @module
 */
import type { DiscoverOptions, Discovery } from "./discover.ts";
import type { ConfigDraft } from "./draft.ts";

export { candidates } from "./candidates.ts";
export { describePortsWithoutApi, describeProcess, isAnythingFound } from "./describe.ts";
export type { DiscoverOptions, Discovery } from "./discover.ts";
export type { LocalServer } from "./local_server.ts";
export type { FoundApi, Probed } from "./probe.ts";
export type { ConfigDraft, InstanceDraft, ServerDraft, Suggestion } from "./draft.ts";
export { type Host, parseHost } from "./host.ts";
export { parsePorts } from "./ports.ts";
export { systemProcRoot } from "./proc_root.ts";
export { remarks, renderJson, renderYaml } from "./render.ts";

/** Looks for TorchServe on a host: at its ports, and, where it is this machine, at its processes. */
export async function discover(options: DiscoverOptions): Promise<Discovery> {
  // Loaded here because the protocol's discovery/candidates asks no server.
  return await (await import("./discover.ts")).discover(options);
}

/**
 * Makes a configuration with one instance for each endpoint. Each API is asked once more, as its instance would.
 *
 * @param timeoutMs of each request
 */
export async function draftConfig(discovery: Discovery, timeoutMs: number): Promise<ConfigDraft> {
  return await (await import("./instances.ts")).draftConfig(discovery, timeoutMs);
}
