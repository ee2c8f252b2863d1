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

/**
 * Stands between a probe and the network: a host is looked up once, its addresses are checked, and connections go to
 * those that were, so that a name which changes its answer leads nowhere else.
 */
export class Gate {
  readonly #rules: GateRules;
  /** The addresses that were checked, or why there are none, by host. */
  readonly #checked = new Recent<readonly string[] | Error>(MAX_HOSTS);

  constructor(rules: GateRules) {
    this.#rules = rules;
  }

  /**
   * Checks a host, and keeps the addresses that it may be reached at. A host that has no address now is no refusal when
   * the list names it: the probe finds out, and fails.
   *
   * @param host as the URL standard writes it
   * @returns whether the addresses are others than those of the last time
   * @throws {RefusedTargetError} when the lists do not allow it
   */
  async admit(host: string, port: number): Promise<boolean> {
    if (plainAddress(host) !== undefined || this.#rules.isProxied) {
      this.#assert(host, port, this.#lists().every((list) => list.names(host, port)));
      return false;
    }
    const before = this.#checked.get(host);
    const found = await this.#addresses(host, port);
    this.#checked.set(host, found);
    return String(before) !== String(found);
  }

  /** Whether a redirect may be followed, as {@linkcode Gate.admit} for its host. */
  async mayFollow({ protocol, hostname, port }: URL): Promise<boolean> {
    try {
      return await this.admit(hostname, port === "" ? (protocol === "https:" ? 443 : 80) : Number(port));
    } catch (thrown) {
      if (!(thrown instanceof RefusedTargetError)) throw thrown;
      throw new HttpError("http", `A redirect is not followed: ${thrown.message}`);
    }
  }

  /** The addresses of a host: those that were checked. What no target led to, such as a proxy, is looked up. */
  readonly lookup: Lookup = async (host) => {
    const checked = this.#checked.get(host);
    if (checked instanceof Error) throw checked;
    return checked ?? await this.#rules.resolve(host);
  };

  async #addresses(host: string, port: number): Promise<readonly string[] | Error> {
    const lists = this.#lists();
    if (isLocalName(host)) {
      this.#assert(host, port, lists.every((list) => LOOPBACK.every((address) => list.admits(host, port, address))));
      return LOOPBACK;
    }
    // Nobody makes us look up what no answer could allow.
    this.#assert(host, port, lists.every((list) => list.names(host, port) || list.hasNetworks));
    let found: readonly string[];
    try {
      found = await this.#rules.resolve(host);
    } catch (thrown) {
      this.#assert(host, port, lists.every((list) => list.names(host, port)));
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    }
    const admitted = found.filter((address) => {
      const plain = plainAddress(address);
      return plain !== undefined && lists.every((list) => list.admits(host, port, plain));
    });
    this.#assert(host, port, admitted.length > 0, found);
    return admitted;
  }

  #lists(): readonly TargetList[] {
    const { allow, ofModule } = this.#rules;
    return ofModule === undefined ? [allow] : [allow, ofModule];
  }

  #assert(host: string, port: number, isAllowed: boolean, addresses: readonly string[] = []): void {
    if (isAllowed) return;
    const shown = oneLine(clip(`${host}:${port}`, 300));
    const { allow, ofModule, isProxied } = this.#rules;
    const list = ofModule === undefined || !allow.names(host, port) ? "targets.allow" : "the module's targets";
    const why = isProxied
      ? " (behind a proxy names count, not their addresses)"
      : allow.names(host, port) && (ofModule?.names(host, port) ?? true) && addresses.length > 0
      ? `, since it leads to this machine or to a link-local address: ${oneLine(clip(addresses.join(", "), 200))}`
      : "";
    throw new RefusedTargetError(
      `${shown} is not allowed by ${list}${why}; whoever runs the exporter can add it there`,
    );
  }
}
