import type { ValidConfig } from "../config/mod.ts";

/**
 * The address to ask, as configured: its user info becomes credentials. Tags and messages use `config.url`, which has
 * none.
 */
export function endpointOf({ kind, options, url }: ValidConfig): string {
  switch (kind) {
    case "openmetrics":
      return options.openmetrics_endpoint ?? url;
    case "inference":
      return options.inference_api_url ?? url;
    case "management":
      return options.management_api_url ?? url;
    case "metrics_log":
      return url;
  }
}

/**
 * An API's resource below the address of an instance, whose own path stays:
 * `resource("http://host/base", "models")` gives `http://host/base/models`.
 */
export function resource(base: string, path: string): string {
  const end = base.search(/[?#]/);
  return `${(end < 0 ? base : base.slice(0, end)).replace(/\/+$/, "")}/${path}`;
}
