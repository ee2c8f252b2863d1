import { TokenCache } from "./auth/token_cache.ts";
import { PersistentConnections } from "./request/persistent_connections.ts";
import type { Lookup } from "./wire/addresses.ts";
import { ServerMemory } from "./wire/server_memory.ts";

/**
 * What the runs of one process share: connections and cookies with `persist_connections`, tokens of token endpoints until
 * they expire, and how servers were reached. Whoever starts the runs owns it and closes it after the last one.
 */
export class HttpShared {
  /** Connections that outlive their run. */
  readonly connections = new PersistentConnections();
  /** Tokens that outlive their run. */
  readonly tokens = new TokenCache();
  /** What is known of servers and of this machine's trust. */
  readonly servers: ServerMemory;

  /** @param lookup resolves host names; the system's resolver where nothing is said */
  constructor(lookup?: Lookup) {
    this.servers = new ServerMemory(lookup);
  }

  /** Closes the connections that were kept open for a next run, and forgets cookies and tokens. */
  close(): void {
    this.connections.close();
    this.tokens.clear();
  }
}
