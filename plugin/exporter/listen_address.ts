import net from "node:net";

/**
 * Where the exporter listens where nothing is said: this machine only, on a port outside the list of Prometheus' exporters
 * (docs/decisions/0064).
 */
export const DEFAULT_LISTEN_ADDRESS = "127.0.0.1:19082";

/** An address to listen on. */
export interface ListenAddress {
  /** `undefined`: all addresses of this machine. */
  readonly hostname: string | undefined;
  readonly port: number;
}

/** Reads `HOST:PORT`, `[IPV6]:PORT` or `:PORT`, which is all addresses; `undefined` for anything else. */
export function readListenAddress(text: string): ListenAddress | undefined {
  const [, host = "", digits = ""] = /^(\[[^\]]+\]|[^:[\]\s/]*):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === "" || port > 65_535) return undefined;
  if (host === "") return { hostname: undefined, port };
  const hostname = host.replace(/^\[(.*)\]$/, "$1");
  return host.startsWith("[") && !net.isIPv6(hostname) ? undefined : { hostname, port };
}
