import net from "node:net";

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
