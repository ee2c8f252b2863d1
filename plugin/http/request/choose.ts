import { authenticationOf } from "../../config/mod.ts";
import { type Environment, namesProxy, type Runtime } from "../environment.ts";
import type { HttpOptions } from "../options.ts";
import { isDefaultCiphers } from "../wire/tls.ts";

/**
 * The transport for an instance: `fetch`, the fast lane, where Bun's `fetch` does all of its options right; else `node`.
 *
 * Bun's `fetch` reads proxies from the environment whatever is asked, cannot tell connecting from waiting, and keeps
 * connections in a pool that cannot be closed; Deno's reports failures without a code.
 */
export function chooseTransport(options: HttpOptions, env: Environment, runtime: Runtime): "fetch" | "node" {
  if (runtime !== "bun") return "node";
  if (!options.skip_proxy && (options.proxy?.http || options.proxy?.https)) return "node";
  if (namesProxy(env)) return "node";
  if (options.persist_connections) return "node";
  // A connection that does not come about must then be told from a server that says nothing.
  if (options.ignore_connection_errors) return "node";
  if (options.connect_timeout !== options.read_timeout) return "node";
  if (authenticationOf(options)?.kind === "ntlm") return "node";
  return hasOnlyTrust(options) ? "fetch" : "node";
}

/** Of the TLS options, only whom to trust. */
function hasOnlyTrust(options: HttpOptions): boolean {
  return !options.tls_cert && !options.tls_private_key && !options.tls_use_host_header &&
    options.tls_validate_hostname && isDefaultCiphers(options.tls_ciphers) &&
    allowsModern(options.tls_protocols_allowed);
}

/** TLS 1.2 and 1.3 and nothing older, as the runtimes do by themselves; SSLv3 exists in no current TLS library. */
function allowsModern(protocols: readonly string[]): boolean {
  return protocols.length === 0 ||
    protocols.includes("TLSv1.2") && protocols.includes("TLSv1.3") && !protocols.includes("TLSv1") &&
      !protocols.includes("TLSv1.1");
}
