import { type Target } from "./bundles.ts";
import { PLACES } from "./places.ts";

/** The integration that comes with the Agent, and how to end what it does by each of its files. */
const BUNDLED = [
  ["conf.yaml", "rename it to conf.yaml.disabled"],
  ["auto_conf.yaml", "set `ignore_autoconf: [torchserve]` in datadog.yaml where containers are discovered"],
] as const;

/** What says that the Agent's own integration collects the same: every metric would be counted twice. */
export async function twice({ root, platform, agent }: Target): Promise<string[]> {
  const confd = agent === undefined ? PLACES[platform].hosts.datadog?.settings[0] : `${agent}/conf.d`;
  const warnings: string[] = [];
  for (const [file, remedy] of BUNDLED) {
    const path = `${confd}/torchserve.d/${file}`;
    const text = await root.readText(path);
    // The Agent ignores files without anything in them.
    if (text === undefined || text.trim() === "") continue;
    warnings.push(`${path} makes the Agent's own integration collect the same, under the same names: ${remedy}`);
  }
  return warnings;
}
