/**
 * The multi-target exporter for Prometheus, in the manner of the blackbox exporter: `/probe?target=…&module=…` runs the
 * check of a target and answers with what it found.
 *
 * @module
 */
import { type BoundedServer, serveBounded, type ServerBounds } from "../runtime/bounded_server.ts";
import { createApp } from "./app.ts";
import { Exporter, type ExporterOptions } from "./exporter.ts";
import type { ListenAddress } from "./listen_address.ts";

export { createApp } from "./app.ts";
export { Exporter, type ExporterOptions, SettingsError } from "./exporter.ts";
export { type ListenAddress, readListenAddress } from "./listen_address.ts";
export { WebConfigError } from "./web_config.ts";

/** What a client may take of the exporter. */
const BOUNDS: ServerBounds = {
  maxConnections: 1_024,
  maxHeaderBytes: 16 * 1024,
  requestMs: 30_000,
  answerMs: 60_000,
};
/** How often the files of the web configuration are looked at, in milliseconds. */
const LOOK_MS = 1_000;
/** What probes that are under way may take when the exporter ends, in milliseconds. */
const GRACE_MS = 5_000;

/** A running exporter. */
export interface RunningExporter {
  readonly exporter: Exporter;
  /** Where it can be reached: `http://127.0.0.1:19082`. */
  readonly urls: readonly string[];
  /** Lets probes that are under way end, for a few seconds. */
  close(): Promise<void>;
}

/** How an exporter is started. */
export interface StartOptions extends ExporterOptions {
  readonly listen: readonly ListenAddress[];
  /** Other bounds, for tests. */
  readonly bounds?: Partial<ServerBounds>;
}

/**
 * Starts an exporter: reads its files, and listens.
 *
 * @throws {SettingsError} when the configuration cannot be used
 * @throws {WebConfigError} when the web configuration cannot be used
 * @throws {Error} when an address cannot be listened on
 */
export async function startExporter(options: StartOptions): Promise<RunningExporter> {
  const exporter = await Exporter.make(options);
  const app = createApp(exporter);
  const servers: BoundedServer[] = [];
  const urls: string[] = [];
  let timer: ReturnType<typeof setInterval> | undefined;
  const close = async () => {
    clearInterval(timer);
    await Promise.all(servers.map((server) => server.close(GRACE_MS)));
    exporter.close();
  };
  try {
    for (const { hostname, port } of options.listen) {
      const server = await serveBounded(async (request, connection) => await app.fetch(request, connection), {
        ...BOUNDS,
        ...options.bounds,
        hostname,
        port,
        tls: exporter.web.tls,
      });
      servers.push(server);
      const host = hostname === undefined ? "localhost" : hostname.includes(":") ? `[${hostname}]` : hostname;
      urls.push(`${exporter.web.tls === undefined ? "http" : "https"}://${host}:${server.port}`);
    }
  } catch (thrown) {
    await close();
    throw thrown;
  }
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    const isChanged = await exporter.refreshWeb().finally(() => isLooking = false);
    const { tls } = exporter.web;
    if (isChanged && tls !== undefined) { for (const server of servers) server.changeTls(tls); }
  };
  if (options.webConfig !== undefined) timer = setInterval(() => void look(), LOOK_MS);
  return { exporter, urls, close };
}
