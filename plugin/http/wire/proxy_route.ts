import type net from "node:net";
import type { ProxyScheme } from "../../config/mod.ts";
import type { AddressBook } from "./addresses.ts";
import type { Destination } from "./destination.ts";

/** A proxy on the way to one destination. */
export interface ProxyRoute {
  readonly scheme: ProxyScheme;
  readonly host: string;
  readonly port: number;
  /** Its URL without user info, for messages. */
  readonly address: string;
  /** The proxy reads the request itself: the request line has the whole URL, this is its `Proxy-Authorization`. */
  readonly forward?: { readonly authorization?: string };
  /** What is said to the proxy before the target can be spoken to. */
  handshake(socket: net.Socket, to: Destination, addresses: AddressBook): Promise<void>;
}

/** What decides on a proxy. */
export type ProxyTarget = Pick<Destination, "host" | "port" | "secure">;

/** The proxy of a destination, `undefined` for those that are reached directly. */
export type ProxyChoice = (to: ProxyTarget) => ProxyRoute | undefined;
