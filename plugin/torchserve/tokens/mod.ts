/**
 * TorchServe's token authorization, which a server as installed has on: keys from `token_key_file`, sent with every
 * request, read again and renewed as they end (https://pytorch.org/serve/token_authorization_api.html).
 *
 * @module
 */
import { authorizationSetBy, type HttpConfig } from "../../config/mod.ts";
import type { HttpClient } from "../../http/mod.ts";
import type { ReportBuilder } from "../../report/mod.ts";
import { endpointOf } from "../url.ts";
import { tokenApiAddress } from "./key_renewal.ts";
import type { Bounds } from "../../runtime/bounds.ts";
import type { KeyStore } from "./key_store.ts";
import { TokenHttp } from "./token_http.ts";

export { readKeyFile } from "./key_file.ts";
export { KeyStore } from "./key_store.ts";

/**
 * A client that sends the key of this instance's API; the same client where the instance has no `token_key_file`, or
 * sets the `Authorization` field in another way (the configuration's validation says that).
 *
 * @param keys the key files of this session
 * @param bounds of the run
 * @param now milliseconds since the epoch
 */
export function withToken(
  http: HttpClient,
  config: HttpConfig,
  report: Pick<ReportBuilder, "warn">,
  keys: KeyStore,
  bounds: Bounds,
  now: () => number = Date.now,
): HttpClient {
  if (config.kind === "openmetrics") return http;
  const { kind, options } = config;
  const path = options.token_key_file;
  if (path === undefined) return http;
  if (authorizationSetBy(options) !== undefined) return http;
  return new TokenHttp({
    http,
    api: kind,
    address: endpointOf(config),
    store: keys.file(path),
    renew: options.token_renew,
    tokenApi: tokenApiAddress(kind, endpointOf(config), options.token_api_url),
    bounds,
    now,
    warn: (message) => report.warn("auth", message),
  });
}
