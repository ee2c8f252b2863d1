import type { DialOptions } from "./agent.ts";
import { authenticationKind } from "../auth/kind.ts";
import { type Environment, namesProxy, runtime } from "../request/choose.ts";
import type { Connections } from "./connections.ts";
import { CookieJar } from "../request/cookies.ts";
import type { HttpOptions } from "../options.ts";
import { type TlsSettings, withoutIdentity } from "./tls.ts";
import type { Transport } from "./transport.ts";
import { nodeTransport } from "./transport_trusting.ts";
import type { HttpRun } from "../types.ts";

/** The most instances whose connections are kept between runs. */
const MAX_KEPT = 64;

interface Kept {
  readonly transport: ReturnType<typeof nodeTransport>;
  readonly cookies: CookieJar;
}

/** What `persist_connections` keeps, by the options (and the contents of their files) that it was made with. */
const kept = new Map<string, Kept>();

/**
 * The connections of the node transport.
 *
 * @throws {HttpError} `config`, for proxy options that cannot work.
 */
export async function nodeConnections(
  options: HttpOptions,
  tls: TlsSettings,
  env: Environment,
  run: HttpRun,
): Promise<Connections> {
  warnOfCiphers(tls, run);
  const proxy = wantsProxy(options, env) ? (await import("./proxy.ts")).proxyChoice(options, env) : undefined;
  const dial: DialOptions = { tls, ...(proxy === undefined ? {} : { proxy }) };
  const { transport, cookies } = options.persist_connections
    ? keptFor(JSON.stringify([options, tls]), dial)
    : { transport: nodeTransport(dial), cookies: undefined };
  const foreign = tls.cert === undefined ? transport : undefined;
  return {
    transport: await authenticating(transport, options, dial),
    foreignTransport: () => Promise.resolve(foreign ?? nodeTransport({ ...dial, tls: withoutIdentity(tls) })),
    ...(cookies === undefined ? {} : { cookies }),
  };
}

/** Closes the connections that `persist_connections` kept, and forgets the cookies. */
export function closeKept(): void {
  for (const { transport } of kept.values()) transport.destroy();
  kept.clear();
}

function keptFor(key: string, dial: DialOptions): Kept {
  const found = kept.get(key);
  kept.delete(key);
  const entry = found ?? { transport: nodeTransport(dial, true), cookies: new CookieJar() };
  kept.set(key, entry);
  for (const [oldest, { transport }] of kept) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(oldest);
    transport.retire();
  }
  return entry;
}

function wantsProxy(options: HttpOptions, env: Environment): boolean {
  return !options.skip_proxy && (!!options.proxy?.http || !!options.proxy?.https || namesProxy(env));
}

/** NTLM authenticates connections, not requests: it is part of how servers are reached. */
async function authenticating(transport: Transport, options: HttpOptions, dial: DialOptions): Promise<Transport> {
  if (authenticationKind(options) !== "ntlm") return transport;
  const { NtlmTransport } = await import("../auth/ntlm_transport.ts");
  return new NtlmTransport(options, () => nodeTransport(dial));
}

function warnOfCiphers(tls: TlsSettings, run: HttpRun): void {
  if (tls.ciphers === undefined || runtime() !== "deno") return;
  run.log?.("warning", "tls_ciphers has no effect: Deno's TLS library always offers its own list");
}
