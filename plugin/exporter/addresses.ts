import net from "node:net";

/**
 * An IP address in the one form that is compared: no brackets, no zone, and one of IPv4 that is mapped into IPv6
 * (RFC 4291, 2.5.5.2) as the IPv4 address that it is. `undefined` for what is no address.
 *
 * Numeric, octal, hexadecimal and short forms of IPv4 are no addresses here: reading a URL turns them into four numbers.
 */
export function plainAddress(text: string): string | undefined {
  const bare = (text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text).replace(/%.*$/s, "");
  if (net.isIPv4(bare)) return bare;
  if (!net.isIPv6(bare)) return undefined;
  // As the URL standard writes it: lower case, without needless zeros, the longest run of them as `::`.
  const host = URL.parse(`http://[${bare}]`)?.hostname.slice(1, -1) ?? bare;
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host) ?? [];
  if (high === undefined || low === undefined) return host;
  const bits = (parseInt(high, 16) << 16 | parseInt(low, 16)) >>> 0;
  return [24, 16, 8, 0].map((shift) => bits >>> shift & 255).join(".");
}

/** A set of addresses: every one of a network. */
export class Network {
  readonly #list = new net.BlockList();

  /** @param address in plain form */
  constructor(address: string, bits = net.isIPv4(address) ? 32 : 128) {
    this.#list.addSubnet(address, bits, net.isIPv4(address) ? "ipv4" : "ipv6");
  }

  /** @param address in plain form */
  has(address: string): boolean {
    return this.#list.check(address, net.isIPv4(address) ? "ipv4" : "ipv6");
  }
}

/**
 * A network as `10.0.0.0/8` or `fd00::/8`, or a single address.
 *
 * @returns `undefined` for anything else
 */
export function readNetwork(text: string): Network | undefined {
  const [, start = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = plainAddress(start);
  if (address === undefined) return undefined;
  if (bits === undefined) return new Network(address);
  // `::ffff:10.0.0.0/104` counts the bits of the longer form.
  const length = net.isIPv4(address) && start.includes(":") ? Number(bits) - 96 : Number(bits);
  if (length < 0 || length > (net.isIPv4(address) ? 32 : 128)) return undefined;
  return new Network(address, length);
}

/** What no name of another machine leads to: this machine itself, its neighbours by link, groups, nobody. */
const SPECIAL = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255", "::", "::1"]
  .concat(["fe80::/10", "ff00::/8"]).map((text) => readNetwork(text));

/**
 * Whether an address is of loopback, link-local (where clouds keep their metadata services), multicast, broadcast or
 * unspecified (RFC 6890).
 */
export function isSpecial(address: string): boolean {
  return SPECIAL.some((network) => network?.has(address));
}
