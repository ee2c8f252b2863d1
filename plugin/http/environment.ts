import process from "node:process";

/** The runtimes that the plugin runs on. */
export type Runtime = "bun" | "deno";

/** The runtime that this is. */
export function runtime(): Runtime {
  return process.versions.bun === undefined ? "deno" : "bun";
}

/** The environment's variables, as far as they are read here. */
export type Environment = Readonly<Record<string, string | undefined>>;

const PROXY_VARIABLES = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/** The environment names a proxy. */
export function namesProxy(env: Environment): boolean {
  return PROXY_VARIABLES.some((name) => env[name]);
}
