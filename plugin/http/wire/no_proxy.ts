import net from "node:net";

/**
 * Hosts that are reached without a proxy.
 *
 * `*` is every host; `10.0.0.0/8` and `::1` are networks and addresses; `example.org` is the name and all below it;
 * `.example.org` and `*.example.org` are only those below it. An entry may end in `:port`.
 */
export class NoProxy {
  readonly #entries: readonly ((host: string, port: number) => boolean)[];

  /** @param entries A list, or a text with commas or semicolons, as the environment has it. */
  constructor(entries: readonly string[] | string) {
    const list = typeof entries === "string" ? entries.split(/[,;]/) : entries;
    this.#entries = list.map((entry) => entry.trim().toLowerCase()).filter((entry) => entry !== "").map(matcher);
  }

  /** @param host A name, or an address without brackets. */
  matches(host: string, port: number): boolean {
    const name = host.toLowerCase().replace(/\.$/, "");
    return this.#entries.some((entry) => entry(name, port));
  }
}

function matcher(entry: string): (host: string, port: number) => boolean {
  if (entry === "*") return () => true;
  const network = networkMatcher(entry);
  if (network !== undefined) return network;
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  const name = bracketed ?? plain ?? entry;
  const named = networkMatcher(name) ?? nameMatcher(name);
  return (host, asked) => (port === undefined || Number(port) === asked) && named(host);
}

/** An address or a network; host bits may be set. */
function networkMatcher(entry: string): ((host: string) => boolean) | undefined {
  const [address = "", prefix, ...more] = entry.split("/");
  const version = net.isIP(address);
  if (version === 0 || more.length > 0) return undefined;
  const bits = version === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d+$/.test(prefix) ? Number(prefix) : NaN;
  if (!(length <= bits)) return () => false;
  const list = new net.BlockList();
  list.addSubnet(address, length, version === 4 ? "ipv4" : "ipv6");
  return (host) => {
    const hostVersion = net.isIP(host);
    return hostVersion === version && list.check(host, version === 4 ? "ipv4" : "ipv6");
  };
}

function nameMatcher(entry: string): (host: string) => boolean {
  const below = /^\*?\./.test(entry);
  const name = entry.replace(/^\*?\./, "").replace(/\.$/, "");
  const suffix = `.${name}`;
  return (host) => (!below && host === name) || host.endsWith(suffix);
}
