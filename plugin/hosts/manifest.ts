import * as v from "valibot";
import { InstallError } from "./error.ts";
import type { Target } from "./bundles.ts";
import { HOST_NAMES, PLACES } from "./places.ts";

const fileSchema = v.object({
  /** SHA-256 of what was installed. */
  digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** The hosts that need it. */
  hosts: v.array(v.picklist(HOST_NAMES)),
});

const schema = v.object({
  version: v.literal(1),
  /** Of the program that installed last. */
  program: v.string(),
  hosts: v.array(v.picklist(HOST_NAMES)),
  files: v.record(v.string(), fileSchema),
  /** Directories that were made, and go when they are empty. */
  directories: v.array(v.string()),
});

/** What is installed on a machine. */
export type Manifest = v.InferOutput<typeof schema>;

/** Where it is written down: with an Agent at another place than the usual one, in its own directory. */
export function manifestOf({ platform, agent }: Target): string {
  return agent === undefined ? PLACES[platform].manifest : `${agent}/.torchserve-check.json`;
}

/** Of a machine that has nothing yet. */
export const emptyManifest = (): Manifest => ({ version: 1, program: "", hosts: [], files: {}, directories: [] });

/**
 * What was installed.
 *
 * @throws {InstallError} when it cannot be read: what may be removed, or replaced, is not known then
 */
export async function readManifest(target: Target): Promise<Manifest> {
  const path = manifestOf(target);
  const text = await target.root.readText(path);
  if (text === undefined) return emptyManifest();
  try {
    return v.parse(schema, JSON.parse(text));
  } catch {
    throw new InstallError(
      `${path} says nothing that this version can read of what is installed`,
      "use the version that installed it, or remove that file; what is installed is not ours to replace then",
    );
  }
}
