import { isSpecial, type Network, plainAddress, readNetwork } from "./addresses.ts";

/** One entry: a name, all names below one, an address or a network; of one port or of all. */
interface Entry {
  readonly port: number | undefined;
  readonly name?: string;
  /** `.example.org` for `*.example.org`. */
  readonly below?: string;
  readonly network?: Network;
}

/** What an entry may be, for messages. */
export const ENTRY_FORMS =
  "a host, host:port, *.domain, an IP address or a network such as 10.0.0.0/8, each without http://";

/** Targets that somebody allowed. An empty list allows nothing. */
export class TargetList {
  readonly #entries: readonly Entry[];

  private constructor(entries: readonly Entry[]) {
    this.#entries = entries;
  }

  /**
   * Reads a list.
   *
   * @param onWrong hears of each entry that is none, by its place
   */
  static read(entries: readonly string[], onWrong: (index: number) => void): TargetList {
    return new TargetList(entries.flatMap((text, i) => {
      const entry = readEntry(text.trim());
      if (entry === undefined) onWrong(i);
      return entry ?? [];
    }));
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Whether a name that the list does not have may lead to an address that it has. */
  get hasNetworks(): boolean {
    return this.#entries.some(({ network }) => network !== undefined);
  }

  /** Whether an entry is of this very host, whatever its addresses. An address is named by an entry that holds it. */
  names(host: string, port: number): boolean {
    const address = plainAddress(host);
    if (address !== undefined) return this.#has(address, port);
    const name = plainName(host);
    return this.#of(port).some((entry) =>
      entry.name === name || (entry.below !== undefined && name.endsWith(entry.below))
    );
  }

  /**
   * Whether a host may be reached at this address: the list names the host, or has the address. A name that leads to
   * this machine, or to a link-local address, is not enough: the list must have that address, too.
   *
   * @param address in plain form
   */
  admits(host: string, port: number, address: string): boolean {
    if (this.#has(address, port)) return true;
    return this.names(host, port) && (!isSpecial(address) || isLocalName(host));
  }

  #has(address: string, port: number): boolean {
    return this.#of(port).some(({ network }) => network?.has(address));
  }

  #of(port: number): readonly Entry[] {
    return this.#entries.filter((entry) => entry.port === undefined || entry.port === port);
  }
}

/** `localhost` and names below it, which are this machine whatever the DNS says (RFC 6761, 6.3). */
export function isLocalName(host: string): boolean {
  const name = plainName(host);
  return name === "localhost" || name.endsWith(".localhost");
}

function readEntry(text: string): Entry | undefined {
  const whole = readNetwork(text);
  if (whole !== undefined) return { network: whole, port: undefined };
  const [, host = "", digits] = /^(\[[^\]]*\](?:\/\d+)?|[^:]*?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  if (host === "" || port === 0 || (port ?? 0) > 65_535) return undefined;
  const network = readNetwork(host.replace(/^\[([^\]]*)\]/, "$1"));
  if (network !== undefined) return { network, port };
  const [, star = "", domain = ""] = /^(\*\.)?(.+)$/.exec(host) ?? [];
  // The URL standard's host: lower case, punycode, `0x7f.1` as 127.0.0.1.
  const read = /[/?#@\s\\*[\]]/.test(domain) ? undefined : URL.parse(`http://${domain}`)?.hostname;
  if (read === undefined || read === "") return undefined;
  const numeric = readNetwork(read);
  if (numeric !== undefined) return star === "" ? { network: numeric, port } : undefined;
  return star === "" ? { name: plainName(read), port } : { below: `.${plainName(read)}`, port };
}

/** A name with a dot at its end is the same name. */
function plainName(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}
