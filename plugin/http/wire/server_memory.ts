import { Recent } from "../recent.ts";
import { AddressBook, type Lookup } from "./addresses.ts";

/** Origins that are remembered. */
const MOST = 4096;

/** How servers were reached, so that the next connection, or the next run, need not try again what failed. */
export class ServerMemory {
  /** The addresses of names. */
  readonly addresses: AddressBook;
  /** Origins (`https://host:port`) whose certificates only the machine's own authorities vouch for. */
  readonly trustedByMachine = new Recent<true>(MOST);
  /** The machine's own authorities, in PEM; reading them takes up to 30 ms. */
  machineAuthorities: readonly string[] | undefined;

  /** @param lookup the system's resolver */
  constructor(lookup?: Lookup) {
    this.addresses = new AddressBook(lookup);
  }
}
