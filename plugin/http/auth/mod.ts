import type { Environment } from "../environment.ts";
import { HttpError } from "../errors.ts";
import type { HttpOptions } from "../options.ts";
import type { HttpClient, HttpRun } from "../types.ts";
import type { Credentials } from "../credentials.ts";
import type { Authentication } from "./authentication.ts";
import { BasicAuthentication } from "./basic.ts";
import type { TokenCache } from "./token_cache.ts";
import { authenticationKind, isKind } from "./kind.ts";

/**
 * The authentications of an instance, in the order in which they touch a request.
 *
 * @param tokens Tokens of earlier runs.
 * @param newClient Makes a client for other endpoints of the same instance.
 * @throws {HttpError} `config`, for one whose options are not complete, or that this program does not have.
 */
export async function authenticationsFor(
  options: HttpOptions,
  env: Environment,
  run: HttpRun,
  tokens: TokenCache,
  newClient: (options: HttpOptions) => Promise<HttpClient>,
): Promise<Authentication[]> {
  const authentications: Authentication[] = [];
  if (options.auth_token !== undefined) {
    const { tokenAuthentication } = await import("./token.ts");
    authentications.push(
      await tokenAuthentication({
        options: options.auth_token,
        bounds: run,
        tokens,
        newClient: () => newClient(reachOnly(options)),
      }),
    );
  }
  const own = await ownAuthentication(options, env, run);
  if (own !== undefined) authentications.push(own);
  return authentications;
}

async function ownAuthentication(
  options: HttpOptions,
  env: Environment,
  run: HttpRun,
): Promise<Authentication | undefined> {
  if (options.auth_type !== undefined && !isKind(options.auth_type.toLowerCase())) {
    run.log?.("warning", `auth_type ${JSON.stringify(options.auth_type)} is unknown: basic is used`);
  }
  switch (authenticationKind(options)) {
    case undefined:
      return undefined;
    case "basic":
      return new BasicAuthentication(credentials(options, "basic"), options.use_legacy_auth_encoding !== false);
    case "digest": {
      const { DigestAuthentication } = await import("./digest.ts");
      return new DigestAuthentication(credentials(options, "digest"));
    }
    case "aws": {
      const { awsAuthentication } = await import("./aws.ts");
      return await awsAuthentication(options, env, run);
    }
    case "ntlm":
      // The transport authenticates its connections; the URL's user info is not needed then.
      return { authorize() {} };
    case "kerberos":
      throw new HttpError(
        "config",
        "auth_type kerberos needs the system's Kerberos library, which this program cannot load",
        "use another auth_type, or put a proxy that does Kerberos in front of the server",
      );
  }
}

function credentials(options: HttpOptions, kind: string): Credentials {
  const { username, password } = options;
  if (username === undefined || password === undefined) {
    throw new HttpError("config", `auth_type ${kind} needs username and password`, "set both, or another auth_type");
  }
  return { username, password };
}

/** The options that say how to reach servers, without those that say who asks; secrets in a body follow no redirect. */
function reachOnly(options: HttpOptions): HttpOptions {
  return {
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
  };
}
