import * as v from "valibot";
import { InstallError } from "./error.ts";
import { HOST_NAMES } from "./places.ts";
import type { Root } from "./root.ts";

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

/** Of a machine that has nothing yet. */
export const emptyManifest = (): Manifest => ({ version: 1, program: "", hosts: [], files: {}, directories: [] });

/**
 * What was installed.
 *
 * @throws {InstallError} when it cannot be read: what may be removed, or replaced, is not known then
 */
export async function readManifest(root: Root, path: string): Promise<Manifest> {
  const text = await root.readText(path);
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
