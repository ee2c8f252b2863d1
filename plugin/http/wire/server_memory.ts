import { Recent } from "../recent.ts";

/** Hosts and origins that are remembered. */
const MOST = 4096;

/** How servers were reached, so that the next connection, or the next run, need not try again what failed. */
export class ServerMemory {
  /** The address of a name that took a connection last. */
  readonly addresses = new Recent<string>(MOST);
  /** Origins (`https://host:port`) whose certificates only the machine's own authorities vouch for. */
  readonly trustedByMachine = new Recent<true>(MOST);
  /** The machine's own authorities, in PEM; reading them takes up to 30 ms. */
  machineAuthorities: readonly string[] | undefined;
}
