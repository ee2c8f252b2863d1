import type { Target } from "../targets.ts";
import { misfits } from "./fits.ts";
import { inspect } from "./inspect.ts";
import type { Inspection } from "./inspection.ts";
import { signAdHoc } from "./signature.ts";

export { executablesTable } from "./table.ts";

/**
 * An executable as it is published: signed where its system demands it, and looked at.
 *
 * @throws {Error} where it is none for its target
 */
export function finish(executable: Uint8Array, target: Target): { executable: Uint8Array; inspection: Inspection } {
  const { signature } = inspect(executable);
  // Bun signs what it compiles for arm64. For x64 it leaves its own signature, which what was added has made wrong.
  const isSound = signature === undefined || (signature.isAdHoc && signature.wrongPages === 0);
  const finished = isSound ? executable : signAdHoc(executable, "torchserve-check");
  const inspection = inspect(finished);
  const wrong = misfits(inspection, target);
  if (wrong.length > 0) throw new Error(`the executable for ${target.name}: ${wrong.join("; ")}`);
  return { executable: finished, inspection };
}
