import { join } from "node:path";
import { run } from "../command.ts";

/** Which commit and which day it is said to be: both builds are of one. */
export const COMMIT = { TORCHSERVE_CHECK_COMMIT: "0123456789ab", SOURCE_DATE_EPOCH: "1767323046" };

/** Builds a release of this project's files in one of two folders. */
export async function buildRelease(project: string, output: string, ...options: string[]): Promise<void> {
  await run(
    Deno.execPath(),
    ["run", "-A", join(project, "scripts/release.ts"), "--output", output, ...options],
    COMMIT,
  );
}
