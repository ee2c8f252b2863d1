import type { Environment } from "../request/choose.ts";
import type { CookieJar } from "../request/cookies.ts";
import type { HttpOptions } from "../options.ts";
import { tlsSettings } from "./tls.ts";
import type { Transport } from "./transport.ts";
import { FetchTransport } from "./transport_fetch.ts";
import { FetchFirstTransport } from "./transport_first.ts";
import type { HttpRun } from "../types.ts";

/** How a client reaches servers. */
export interface Connections {
  readonly transport: Transport;
  /** For origins that the instance does not name: without client certificate. */
  readonly foreignTransport: () => Promise<Transport>;
  /** With `persist_connections`: what earlier runs were told to keep. */
  readonly cookies?: CookieJar;
}

/**
 * The transport of a run, made or, with `persist_connections`, taken from the run before.
 *
 * @throws {HttpError} `config`, for TLS or proxy options that cannot work.
 */
export async function connections(
  options: HttpOptions,
  kind: "fetch" | "node",
  env: Environment,
  run: HttpRun,
): Promise<Connections> {
  const tls = await tlsSettings(options);
  if (kind === "fetch") {
    const fetchTls = { rejectUnauthorized: tls.rejectUnauthorized, ...(tls.ca === undefined ? {} : { ca: tls.ca }) };
    const isDefault = tls.rejectUnauthorized && tls.ca === undefined;
    const transport = new FetchFirstTransport(new FetchTransport(isDefault ? undefined : fetchTls), async () => {
      const { nodeTransport } = await import("./transport_trusting.ts");
      return nodeTransport({ tls });
    });
    return { transport, foreignTransport: () => Promise.resolve(transport) };
  }
  const { nodeConnections } = await import("./connections_node.ts");
  return await nodeConnections(options, tls, env, run);
}
