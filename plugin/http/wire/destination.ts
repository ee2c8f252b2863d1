import type { Exchange } from "./exchange.ts";

/** Where to, and the exchange whose clocks the dialling obeys. */
export interface Destination {
  /** A name or an address, IPv6 without brackets; the path of a Unix socket, where `isUnix` says so. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly isUnix?: boolean;
  /** The name to ask for and to verify, when it is not the host. */
  readonly servername?: string;
  readonly exchange: Exchange;
}
