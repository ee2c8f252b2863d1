import type { Target } from "./bundles.ts";
import { readManifest } from "./manifest.ts";
import { HOST_NAMES, type HostName, PLACES } from "./places.ts";
import type { Root } from "./root.ts";

/** A host that may be on a machine. */
export interface DetectedHost {
  readonly name: HostName;
  /** The path that says it is there. */
  readonly evidence: string | undefined;
  /** Whether something of ours is installed into it. */
  readonly isInstalled: boolean;
}

/** The hosts that could be on a machine of this system, and whether they are. */
export async function detectHosts(target: Target): Promise<readonly DetectedHost[]> {
  const { root, platform } = target;
  const { hosts } = PLACES[platform];
  const installed = (await readManifest(target)).hosts;
  const detected: DetectedHost[] = [];
  for (const name of HOST_NAMES) {
    const places = hosts[name];
    if (places === undefined) continue;
    let evidence: string | undefined;
    for (const path of places.evidence) {
      if (evidence === undefined && (await root.find(path)).kind !== "nothing") evidence = path;
    }
    detected.push({ name, evidence, isInstalled: installed.includes(name) });
  }
  return detected;
}

/** The directory of an Agent that a directory belongs to: the one above `checks.d`, where `conf.d` is beside that. */
export async function agentOf(root: Root, directory: string): Promise<string | undefined> {
  const path = directory.replaceAll("\\", "/").replace(/\/+$/, "");
  const [, agent] = /^(.*)\/checks\.d$/.exec(path) ?? [];
  if (agent === undefined) return undefined;
  return (await root.find(`${agent}/conf.d`)).kind === "directory" ? agent : undefined;
}
