import { Recent } from "../../runtime/recent.ts";
import { AddressBook, type Lookup } from "./addresses.ts";

/** Origins that are remembered. */
const MOST = 4096;

/** What is known of the machine's own authorities. */
export class MachineTrust {
  /** Origins (`https://host:port`) whose certificates only they vouch for. */
  readonly origins = new Recent<true>(MOST);
  /** In PEM; reading them takes up to 30 ms. */
  authorities: readonly string[] | undefined;
}

/** How servers were reached, so that the next connection, or the next run, need not try again what failed. */
export class ServerMemory {
  /** The addresses of names. */
  readonly addresses: AddressBook;

  /**
   * @param lookup the system's resolver
   * @param machine may be shared, whoever resolves names
   */
  constructor(lookup?: Lookup, readonly machine: MachineTrust = new MachineTrust()) {
    this.addresses = new AddressBook(lookup);
  }
}
