/**
 * Finds TorchServe on a host and makes a configuration that watches it.
 *
 * @module
 */
export { discover, type DiscoverOptions, type Discovery, systemProcRoot } from "./discover.ts";
export type { ConfigDraft, InstanceDraft, ServerDraft, Suggestion } from "./draft.ts";
export { type Host, parseHost } from "./host.ts";
export { describeProcess, draftConfig, tried } from "./instances.ts";
export { parsePorts } from "./ports.ts";
export { remarks, renderJson, renderYaml } from "./render.ts";
