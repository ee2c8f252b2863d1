import type { HttpConfig } from "../config/mod.ts";

/**
 * The address to ask, as configured: its user info becomes credentials. Tags and messages use `config.url`, which has
 * none.
 */
export function endpointOf(config: HttpConfig): string {
  switch (config.kind) {
    case "openmetrics":
      return config.options.openmetrics_endpoint;
    case "inference":
      return config.options.inference_api_url;
    case "management":
      return config.options.management_api_url;
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
