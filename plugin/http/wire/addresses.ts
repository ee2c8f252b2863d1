import { monotonicMs } from "../../runtime/bounds.ts";
import { lookupAddresses } from "../../runtime/lookup.ts";
import { Recent } from "../../runtime/recent.ts";

/** Names that are remembered. */
const MOST = 4096;
/** How long the addresses of a name are used before it is looked up again, in milliseconds. */
const LIFETIME_MS = 10_000;

/** Looks up the addresses of a name. @throws {Error} with the system's `code`, when it has none */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** Where a name may be reached. */
export interface Addresses {
  /** In the order in which they are tried; at least one, IPv6 without brackets. */
  readonly list: readonly string[];
  /** The first of them took a connection before. */
  readonly reached: boolean;
}

/**
 * The addresses of host names. The runtimes would dial several addresses of a name at once and reset all connections
 * but one, which a server reports as an error; with these, one is tried after the other, the one that worked first.
 */
export class AddressBook {
  readonly #names = new Recent<Addresses & { readonly untilMs: number }>(MOST);
  readonly #lookups = new Map<string, Promise<Addresses>>();
  readonly #lookup: Lookup;

  /** @param lookup the system's resolver */
  constructor(lookup: Lookup = lookupAddresses) {
    this.#lookup = lookup;
  }

  /** What is known of a name and not too old. */
  known(host: string): Addresses | undefined {
    const known = this.#names.get(host);
    return known !== undefined && monotonicMs() < known.untilMs ? known : undefined;
  }

  /**
   * The addresses of a name; an address is its own.
   *
   * @throws {Error} with the system's `code`, when it has none
   */
  of(host: string): Promise<Addresses> {
    if (isAddress(host)) return Promise.resolve({ list: [host], reached: true });
    const known = this.known(host);
    if (known !== undefined) return Promise.resolve(known);
    let lookup = this.#lookups.get(host);
    if (lookup === undefined) {
      lookup = this.#lookUp(host).finally(() => this.#lookups.delete(host));
      this.#lookups.set(host, lookup);
    }
    return lookup;
  }

  /** An address of a name took a connection: it is tried first from now on. */
  reached(host: string, address: string): void {
    const known = this.#names.get(host);
    if (known === undefined || (known.reached && known.list[0] === address)) return;
    const list = [address, ...known.list.filter((other) => other !== address)];
    this.#names.set(host, { ...known, list, reached: true });
  }

  /** None of the addresses took a connection: the name is looked up again. */
  forget(host: string): void {
    this.#names.delete(host);
  }

  async #lookUp(host: string): Promise<Addresses> {
    const before = this.#names.get(host);
    const found = isLocalName(host) ? await this.#loopback(host) : await this.#lookup(host);
    const first = before?.reached ? before.list[0] : undefined;
    const reached = first !== undefined && found.includes(first);
    const list = reached ? [first, ...found.filter((address) => address !== first)] : found;
    const addresses = { list, reached, untilMs: monotonicMs() + LIFETIME_MS };
    this.#names.set(host, addresses);
    return addresses;
  }

  /** Both loopback addresses, the system's choice first: a server may listen on one only. */
  async #loopback(host: string): Promise<string[]> {
    const found = await this.#lookup(host).catch(() => []);
    return [...new Set([...found, "127.0.0.1", "::1"])];
  }
}

/** An IP address, not a name; IPv6 with or without brackets. */
export function isAddress(host: string): boolean {
  return host.includes(":") || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

/** Every address is this machine's own: connecting is accepted or refused at once. */
export function isLoopback({ list }: Addresses): boolean {
  return list.every((address) => address === "::1" || address.startsWith("127."));
}

/** `localhost`, and names below it, which are this machine whatever the DNS says (RFC 6761, 6.3). */
function isLocalName(host: string): boolean {
  return /^(?:.+\.)?localhost\.?$/i.test(host);
}
