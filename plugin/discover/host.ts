import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";

/** The schemes that a port is tried with, in this order. */
export type Scheme = "http" | "https";

/** Where to look, as a person named it. */
export interface Host {
  /** As URLs have it: `localhost`, `192.0.2.1`, `[2001:db8::1]`. */
  readonly name: string;
  /** The one that was named, or both. */
  readonly schemes: readonly Scheme[];
  /** The one that was named. */
  readonly port: number | undefined;
}

/**
 * Reads a host as people write it: a name, an IPv4 or IPv6 address, with or without brackets and a port, or a URL.
 *
 * @throws {RangeError} which says what is wrong with it
 */
export function parseHost(text: string): Host {
  const trimmed = text.trim();
  const named = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
  if (named !== undefined && named !== "http" && named !== "https") {
    throw new RangeError(`${named}: is not a scheme of TorchServe; expected http:// or https://`);
  }
  const authority = isIP(trimmed) === 6 ? `[${trimmed}]` : trimmed;
  const url = URL.parse(named === undefined ? `http://${authority}` : trimmed);
  if (url === null || url.hostname === "" || /[\s\\]/.test(trimmed)) {
    throw new RangeError("expected the name or address of a host, perhaps with a port, or a URL");
  }
  if (url.username !== "" || url.password !== "") {
    throw new RangeError("a user or password does not belong here: set username and password in the configuration");
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new RangeError(`${url.host} without what follows it is expected: whole ports are probed, not paths`);
  }
  const scheme: Scheme | undefined = named;
  const isNamed = url.port !== "" || /:\d+\/?$/.test(authority);
  const port = isNamed ? Number(url.port || (scheme === "https" ? 443 : 80)) : undefined;
  return { name: url.hostname, schemes: scheme === undefined ? ["http", "https"] : [scheme], port };
}

/** The address in a URL's host, without brackets. */
function bare(name: string): string {
  return name.replace(/^\[(.*)\]$/, "$1");
}

/** Whether `localhost` reaches an address: a loopback address, or the one that stands for all of a machine's. */
export function isReachedLocally(address: string): boolean {
  return /^127\.\d+\.\d+\.\d+$|^0\.0\.0\.0$|^::1?$|^(?:0:){7}[01]$/.test(address);
}

/** Whether a host is this machine: one of its names, or one of the addresses of its interfaces. */
export async function isThisMachine(host: Host): Promise<boolean> {
  const name = bare(host.name);
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  const addresses = isIP(name) === 0
    ? (await lookup(name, { all: true }).catch(() => [])).map(({ address }) => address)
    : [name];
  const own = new Set(Object.values(networkInterfaces()).flatMap((list) => list ?? []).map(({ address }) => address));
  return addresses.some((address) => isReachedLocally(address) || own.has(address));
}
