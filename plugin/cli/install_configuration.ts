import { readFile } from "node:fs/promises";
import { discover, draftConfig, isAnythingFound, parseHost, renderYaml, systemProcRoot } from "../discover/mod.ts";
import { tell } from "./tell.ts";
import { UsageError } from "./usage_error.ts";

/** Of each probe, in milliseconds. */
const TIMEOUT_MS = 2_000;

/**
 * What gives a configuration where a host has none: a file that was named, or what runs on this machine or on another.
 * An image that is being made runs nothing: there it has to be named.
 */
export function configurationFrom(
  { config, from, root }: { config?: string; from?: string; root?: string },
): () => Promise<string | undefined> {
  if (config !== undefined) return async () => await readGiven(config);
  if (from === undefined && root !== undefined) return () => Promise.resolve(undefined);
  return async () => await discovered(from ?? "localhost");
}

async function readGiven(file: string): Promise<string> {
  return await readFile(file, "utf8").catch((thrown) => {
    throw new UsageError(
      `--config ${file} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`,
      "name a file that you may read",
    );
  });
}

async function discovered(name: string): Promise<string | undefined> {
  let host;
  try {
    host = parseHost(name);
  } catch (thrown) {
    if (thrown instanceof RangeError) throw new UsageError(`--from ${name}: ${thrown.message}`, "--from HOST");
    throw thrown;
  }
  const discovery = await discover({ host, ports: undefined, timeoutMs: TIMEOUT_MS, procRoot: systemProcRoot() });
  if (!isAnythingFound(discovery)) {
    tell(`No TorchServe was found on ${host.name}: torchserve-check discover ${host.name} says what was tried.`);
    return undefined;
  }
  const heading = `What torchserve-check install found on ${host.name}.`;
  return renderYaml(await draftConfig(discovery, TIMEOUT_MS), heading);
}
