import type { Environment } from "../environment.ts";
import type { HttpOptions } from "../options.ts";
import type { HttpShared } from "../shared.ts";
import type { HttpRun } from "../types.ts";
import { tlsSettings } from "../wire/tls.ts";
import { FetchTransport } from "../wire/transport_fetch.ts";
import { FetchFirstTransport } from "../wire/transport_first.ts";
import type { Connections } from "./connections_node.ts";

/**
 * The transport of a run, made or, with `persist_connections`, taken from the run before.
 *
 * @param keep `shared` outlives the run.
 * @throws {HttpError} `config`, for TLS or proxy options that cannot work; `timeout`, when the run ends before their
 * files are read.
 */
export async function connections(
  options: HttpOptions,
  kind: "fetch" | "node",
  env: Environment,
  run: HttpRun,
  shared: HttpShared,
  keep: boolean,
): Promise<Connections> {
  const tls = await tlsSettings(options, run);
  if (kind === "fetch") {
    const fetchTls = { rejectUnauthorized: tls.rejectUnauthorized, ...(tls.ca === undefined ? {} : { ca: tls.ca }) };
    const isDefault = tls.rejectUnauthorized && tls.ca === undefined;
    const fetching = new FetchTransport(isDefault ? undefined : fetchTls, shared.bodies);
    const transport = new FetchFirstTransport(fetching, shared.servers.addresses, async () => {
      const { nodeTransport } = await import("../wire/transport_trusting.ts");
      return nodeTransport({ tls, servers: shared.servers });
    });
    return { transport, foreignTransport: () => Promise.resolve(transport) };
  }
  const { nodeConnections } = await import("./connections_node.ts");
  return await nodeConnections(options, tls, env, run, shared, keep);
}
