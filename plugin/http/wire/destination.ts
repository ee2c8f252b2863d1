import type { Exchange } from "./exchange.ts";

/** Where to, and the exchange whose clocks the dialling obeys. */
export interface Destination {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** The name to ask for and to verify, when it is not the host. */
  readonly servername?: string;
  readonly exchange: Exchange;
}
