import manifest from "../deno.json" with { type: "json" };

/** The plugin's own version, as deno.json has it. */
export const VERSION: string = manifest.version;
