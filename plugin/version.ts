import manifest from "../deno.json" with { type: "json" };

/** The plugin's own version, as deno.json has it. */
export const VERSION: string = manifest.version;

/** What the build writes in its place: the commit that the executable was built from. */
declare const TORCHSERVE_CHECK_COMMIT: string | undefined;

/** The commit of this build; `undefined` when the sources run, or were built without their history. */
export const COMMIT: string | undefined = typeof TORCHSERVE_CHECK_COMMIT === "string"
  ? TORCHSERVE_CHECK_COMMIT
  : undefined;
