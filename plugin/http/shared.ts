import { TokenCache } from "./auth/token_cache.ts";
import { PersistentConnections } from "./request/persistent_connections.ts";
import type { Lookup } from "./wire/addresses.ts";
import { BodyMemory } from "./wire/body_memory.ts";
import { ServerMemory } from "./wire/server_memory.ts";

/**
 * What the runs of one process share: connections and cookies with `persist_connections`, tokens of token endpoints until
 * they expire, and how servers were reached. Whoever starts the runs owns it and closes it after the last one.
 */
export class HttpShared {
  /** Connections that outlive their run. */
  readonly connections: PersistentConnections;
  /** Tokens that outlive their run. */
  readonly tokens: TokenCache;
  /** What is known of servers and of this machine's trust. */
  readonly servers: ServerMemory;
  /** Memory of bodies that were read. */
  readonly bodies: BodyMemory;

  /**
   * @param lookup resolves host names; the system's resolver where nothing is said
   * @param others shares all with it but the addresses of names
   */
  constructor(lookup?: Lookup, others?: HttpShared) {
    this.connections = others?.connections ?? new PersistentConnections();
    this.tokens = others?.tokens ?? new TokenCache();
    this.bodies = others?.bodies ?? new BodyMemory();
    this.servers = new ServerMemory(lookup, others?.servers.machine);
  }

  /** Looks a host up again before the next connection to it. */
  forgetAddresses(host: string): void {
    this.servers.addresses.forget(host);
  }

  /** Closes the connections that were kept open for a next run, and forgets cookies and tokens. */
  close(): void {
    this.connections.close();
    this.tokens.clear();
  }
}
