import { Recent } from "../../runtime/recent.ts";
import type { PersistentTransport } from "../wire/transport.ts";
import type { CookieJar } from "./cookies.ts";

/** The most instances whose connections outlive their runs. */
const MOST = 64;

/** What one instance carries from run to run. */
export interface Persistent {
  readonly transport: PersistentTransport;
  readonly cookies: CookieJar;
}

/** Connections and cookies of instances with `persist_connections`. */
export class PersistentConnections {
  readonly #instances = new Recent<Persistent>(MOST, ({ transport }) => transport.retire());

  /**
   * What earlier runs left, or something new.
   *
   * @param key the options, and the contents of their files, that the connections are made with
   */
  take(key: string, make: () => Persistent): Persistent {
    const found = this.#instances.get(key);
    if (found !== undefined) return found;
    const made = make();
    this.#instances.set(key, made);
    return made;
  }

  /** Closes the connections and forgets the cookies. */
  close(): void {
    for (const { transport } of this.#instances.values()) transport.destroy();
    this.#instances.clear();
  }
}
