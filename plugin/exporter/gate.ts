import { HttpError, type Lookup } from "../http/mod.ts";
import { Recent } from "../runtime/recent.ts";
import { clip, oneLine } from "../text/mod.ts";
import { plainAddress } from "./addresses.ts";
import { isLocalName, type TargetList } from "./target_list.ts";

/** Hosts of one probe whose addresses are remembered: a request follows at most 20 redirects. */
const MAX_HOSTS = 64;
/** The loopback addresses, both of which are tried for a local name. */
const LOOPBACK = ["127.0.0.1", "::1"];

/** A target, or what it redirects to, that must not be asked; the message says why and what to do. */
export class RefusedTargetError extends Error {
  override readonly name = "RefusedTargetError";
}

/** What decides on where probes of one target may connect to. */
export interface GateRules {
  /** Targets that may be probed. */
  readonly allow: TargetList;
  /** Those that the module may be used for; `undefined`: all of `allow`. */
  readonly ofModule?: TargetList | undefined;
  /** A proxy may be on the way, which looks names up itself: only their names can be checked. */
  readonly isProxied: boolean;
  /** The system's resolver. */
  readonly resolve: Lookup;
}

/** A host that probes of a target may reach. */
interface CheckedHost {
  readonly ports: readonly number[];
  /** Those that were checked, or why there are none; `undefined`: a proxy looks them up. */
  readonly addresses: readonly string[] | Error | undefined;
}

/**
 * Stands between a probe and the network: a host is looked up once, its addresses are checked, and connections go to
 * those that were, so that a name which changes its answer leads nowhere else.
 */
export class Gate {
  readonly #rules: GateRules;
  readonly #hosts = new Recent<CheckedHost>(MAX_HOSTS);

  constructor(rules: GateRules) {
    this.#rules = rules;
  }

  /**
   * Checks a host, and keeps the addresses that it may be reached at, on all of these ports. A host that has no address
   * now is no refusal when the list names it: the probe finds out, and fails.
   *
   * @param host as the URL standard writes it
   * @returns whether the addresses are others than those of the last time
   * @throws {RefusedTargetError} when the lists do not allow it
   */
  async admit(host: string, ports: readonly number[]): Promise<boolean> {
    const lists = this.#lists();
    const areNamed = ports.every((port) => lists.every((list) => list.names(host, port)));
    if (plainAddress(host) !== undefined) {
      this.#assert(host, ports, areNamed);
      return false;
    }
    // Nobody makes us look up what no answer could allow.
    this.#assert(host, ports, areNamed || (!this.#rules.isProxied && lists.every((list) => list.hasNetworks)));
    const before = this.#hosts.get(host)?.addresses;
    const addresses = this.#rules.isProxied ? undefined : await this.#addresses(host, ports, areNamed);
    this.#hosts.set(host, { ports, addresses });
    return String(before) !== String(addresses);
  }

  /** Whether a redirect may be followed, as {@linkcode Gate.admit} for its host. */
  async mayFollow({ protocol, hostname, port }: URL): Promise<boolean> {
    const to = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
    // Connections know a host, not its ports: an address must be good for all that are asked.
    const ports = new Set(this.#hosts.get(hostname)?.ports).add(to);
    try {
      return await this.admit(hostname, [...ports]);
    } catch (thrown) {
      if (!(thrown instanceof RefusedTargetError)) throw thrown;
      throw new HttpError("http", `A redirect is not followed: ${thrown.message}`);
    }
  }

  /** The addresses of a host: those that were checked. What no target led to, such as a proxy, is looked up. */
  readonly lookup: Lookup = async (host) => {
    const known = this.#hosts.get(host);
    if (known === undefined) return await this.#rules.resolve(host);
    // A proxy was expected to look it up, and is passed by for this host (`no_proxy`).
    const addresses = known.addresses ?? await this.#addresses(host, known.ports, true);
    if (addresses instanceof Error) throw addresses;
    return addresses;
  };

  async #addresses(host: string, ports: readonly number[], areNamed: boolean): Promise<readonly string[] | Error> {
    const lists = this.#lists();
    const isAdmitted = (address: string) => {
      const plain = plainAddress(address);
      return plain !== undefined &&
        ports.every((port) => lists.every((list) => list.admits(host, port, plain)));
    };
    if (isLocalName(host)) {
      this.#assert(host, ports, LOOPBACK.every(isAdmitted));
      return LOOPBACK;
    }
    let found: readonly string[];
    try {
      found = await this.#rules.resolve(host);
    } catch (thrown) {
      this.#assert(host, ports, areNamed);
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    }
    const admitted = found.filter(isAdmitted);
    this.#assert(host, ports, admitted.length > 0, areNamed ? found : []);
    return admitted;
  }

  #lists(): readonly TargetList[] {
    const { allow, ofModule } = this.#rules;
    return ofModule === undefined ? [allow] : [allow, ofModule];
  }

  /** @param special where a host that the lists name leads to */
  #assert(host: string, ports: readonly number[], isAllowed: boolean, special: readonly string[] = []): void {
    if (isAllowed) return;
    const { allow, ofModule, isProxied } = this.#rules;
    const shown = oneLine(clip(`${host}:${ports.join(",")}`, 300));
    const isListed = ports.every((port) => allow.names(host, port));
    const list = ofModule !== undefined && isListed ? "the module's targets" : "targets.allow";
    const why = special.length > 0
      ? `, since it leads to this machine or to a link-local address: ${oneLine(clip(special.join(", "), 200))}`
      : isProxied
      ? " (behind a proxy names count, not their addresses)"
      : "";
    throw new RefusedTargetError(
      `${shown} is not allowed by ${list}${why}; whoever runs the exporter can add it there`,
    );
  }
}
