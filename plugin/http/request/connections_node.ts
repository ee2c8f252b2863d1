import { authenticationOf } from "../../config/mod.ts";
import { type Environment, namesProxy, runtime } from "../environment.ts";
import type { HttpOptions } from "../options.ts";
import type { HttpShared } from "../shared.ts";
import type { HttpRun } from "../types.ts";
import type { DialOptions } from "../wire/agent.ts";
import { type TlsSettings, withoutIdentity } from "../wire/tls.ts";
import type { Transport } from "../wire/transport.ts";
import { nodeTransport } from "../wire/transport_trusting.ts";
import { CookieJar } from "./cookies.ts";

/** How a client reaches servers. */
export interface Connections {
  readonly transport: Transport;
  /** For origins that the instance does not name: without client certificate. */
  readonly foreignTransport: () => Promise<Transport>;
  /** With `persist_connections`: what earlier runs were told to keep. */
  readonly cookies?: CookieJar;
}

/**
 * The connections of the node transport.
 *
 * @param keep `shared` outlives the run.
 * @throws {HttpError} `config`, for proxy options that cannot work.
 */
export async function nodeConnections(
  options: HttpOptions,
  tls: TlsSettings,
  env: Environment,
  run: HttpRun,
  { connections, servers }: HttpShared,
  keep: boolean,
): Promise<Connections> {
  warnOfCiphers(tls, run);
  const proxy = wantsProxy(options, env) ? (await import("../wire/proxy.ts")).proxyChoice(options, env) : undefined;
  const dial: DialOptions = { tls, servers, ...(proxy === undefined ? {} : { proxy }) };
  const { transport, cookies } = keep && options.persist_connections
    ? connections.take(JSON.stringify([options, tls]), () => {
      return { transport: nodeTransport(dial, { persist: true }), cookies: new CookieJar() };
    })
    : { transport: nodeTransport(dial), cookies: undefined };
  const foreign = tls.cert === undefined ? transport : undefined;
  return {
    transport: await authenticating(transport, options, dial),
    foreignTransport: () => Promise.resolve(foreign ?? nodeTransport({ ...dial, tls: withoutIdentity(tls) })),
    ...(cookies === undefined ? {} : { cookies }),
  };
}

function wantsProxy(options: HttpOptions, env: Environment): boolean {
  return !options.skip_proxy && (!!options.proxy?.http || !!options.proxy?.https || namesProxy(env));
}

/** NTLM authenticates connections, not requests: it is part of how servers are reached. */
async function authenticating(transport: Transport, options: HttpOptions, dial: DialOptions): Promise<Transport> {
  const settings = authenticationOf(options);
  if (settings?.kind !== "ntlm") return transport;
  const { NtlmTransport } = await import("../auth/ntlm_transport.ts");
  return new NtlmTransport(settings.domainUser, settings.password, () => nodeTransport(dial, { signsIn: true }));
}

function warnOfCiphers(tls: TlsSettings, run: HttpRun): void {
  if (tls.ciphers === undefined || runtime() !== "deno") return;
  run.log?.("warning", "tls_ciphers has no effect: Deno's TLS library always offers its own list");
}
