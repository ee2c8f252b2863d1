import type { Target } from "./bundles.ts";
import { emptyManifest, type Manifest, manifestOf, readManifest } from "./manifest.ts";
import { Owners } from "./owners.ts";
import type { HostName } from "./places.ts";
import type { Outcome, Step } from "./steps.ts";

/**
 * Removes what was installed for a host, but for what others still need and what the user changed, and directories that
 * were made for it and are empty then.
 *
 * @throws {InstallError} when what is installed is not known
 * @throws what the file system says
 */
export async function uninstall(host: HostName, target: Target, { dryRun }: { dryRun: boolean }): Promise<Outcome> {
  const { root } = target;
  const path = manifestOf(target);
  const manifest = await readManifest(target);
  const left: Manifest = {
    ...emptyManifest(),
    ...manifest,
    files: {},
    hosts: manifest.hosts.filter((h) => h !== host),
  };
  const steps: Step[] = [];
  for (const [file, { digest, hosts }] of Object.entries(manifest.files)) {
    const others = hosts.filter((name) => name !== host);
    if (others.length > 0) left.files[file] = { digest, hosts: others };
    if (!hosts.includes(host)) continue;
    const found = await root.find(file);
    const step = (action: Step["action"], note: string) => steps.push({ path: file, action, note });
    if (others.length > 0) step("keep", `${others.join(", ")} needs it`);
    else if (found.kind === "nothing") continue;
    else if ((found.kind === "file" || found.kind === "link") && found.digest === digest) {
      if (!dryRun) await root.remove(file);
      step("remove", "");
    } else step("keep", "it was changed after it was installed");
  }
  if (!dryRun && manifest.hosts.includes(host)) {
    const isEmpty = left.hosts.length === 0;
    if (isEmpty) await root.remove(path);
    left.directories = [];
    for (const directory of [...manifest.directories].sort((a, b) => b.length - a.length)) {
      if (!await root.removeEmpty(directory)) left.directories.unshift(directory);
    }
    if (!isEmpty) {
      const text = `${JSON.stringify(left, null, 2)}\n`;
      await root.write(path, { text }, 0o644, await new Owners(root).rootAnd(undefined));
    }
  }
  return { steps, notes: [], warnings: [], isDone: true };
}
