import { authenticationOf, httpDefaults } from "../../config/mod.ts";
import type { Bounds } from "../../runtime/bounds.ts";
import type { Environment } from "../environment.ts";
import type { HttpOptions } from "../options.ts";
import type { HttpClient } from "../types.ts";
import type { Authentication } from "./authentication.ts";
import { BasicAuthentication } from "./basic.ts";
import type { TokenCache } from "./token_cache.ts";

/**
 * The authentications of an instance, in the order in which they touch a request.
 *
 * @param tokens Tokens of earlier runs.
 * @param newClient Makes a client for other endpoints of the same instance.
 * @throws {HttpError} `config`, where the credentials of AWS are missing.
 */
export async function authenticationsFor(
  options: HttpOptions,
  env: Environment,
  bounds: Bounds,
  tokens: TokenCache,
  newClient: (options: HttpOptions) => Promise<HttpClient>,
): Promise<Authentication[]> {
  const authentications: Authentication[] = [];
  if (options.auth_token !== undefined) {
    const { tokenAuthentication } = await import("./token.ts");
    authentications.push(
      await tokenAuthentication({
        options: options.auth_token,
        bounds,
        tokens,
        newClient: () => newClient(reachOnly(options)),
      }),
    );
  }
  const own = await ownAuthentication(options, env, bounds);
  if (own !== undefined) authentications.push(own);
  return authentications;
}

async function ownAuthentication(
  options: HttpOptions,
  env: Environment,
  bounds: Bounds,
): Promise<Authentication | undefined> {
  const settings = authenticationOf(options);
  switch (settings?.kind) {
    case undefined:
      return undefined;
    case "basic":
      return new BasicAuthentication(settings, options.use_legacy_auth_encoding);
    case "digest": {
      const { DigestAuthentication } = await import("./digest.ts");
      return new DigestAuthentication(settings);
    }
    case "aws": {
      const { awsAuthentication } = await import("./aws.ts");
      return await awsAuthentication(settings, env, bounds);
    }
    case "ntlm":
      // The transport authenticates its connections; the URL's user info is not needed then.
      return { authorize() {} };
  }
}

/** The options that say how to reach servers, without those that say who asks; secrets in a body follow no redirect. */
function reachOnly(options: HttpOptions): HttpOptions {
  return httpDefaults({
    proxy: options.proxy,
    skip_proxy: options.skip_proxy,
    tls_verify: options.tls_verify,
    tls_ignore_warning: options.tls_ignore_warning,
    tls_validate_hostname: options.tls_validate_hostname,
    tls_ca_cert: options.tls_ca_cert,
    tls_protocols_allowed: options.tls_protocols_allowed,
    tls_ciphers: options.tls_ciphers,
    timeout: options.timeout,
    connect_timeout: options.connect_timeout,
    read_timeout: options.read_timeout,
    log_requests: options.log_requests,
    allow_redirects: false,
    max_response_bytes: 1024 * 1024,
  });
}
