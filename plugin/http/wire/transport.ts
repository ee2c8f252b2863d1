import type { Exchange } from "./exchange.ts";

/** A request as it goes on the wire. */
export interface WireRequest {
  readonly method: string;
  /** `http:`, `https:` or `unix:` (the host is the percent-encoded path of a socket), without user info and fragment. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The most bytes of body to read, before decompression. */
  readonly maxBytes: number;
  /** Another request of this run follows; a transport that cannot close idle connections keeps this one only then. */
  readonly more: boolean;
  /** Never sent a second time, whatever became of the first. */
  readonly once: boolean;
}

/** An answer as it came from the wire, its body still in its content coding. */
export interface WireResponse {
  readonly status: number;
  readonly statusText: string;
  /** Lower-case names; repeated fields joined with `, `. May be made when it is asked for. */
  readonly headers: Readonly<Record<string, string>>;
  /** One field of `headers`. */
  header(name: string): string | undefined;
  readonly setCookies: readonly string[];
  readonly body: Uint8Array;
  /** Says that nobody reads the body any more. */
  release?(): void;
}

/** Sends one request and reads one answer; knows neither redirects nor authentication nor content codings. */
export interface Transport {
  /**
   * @throws {HttpError} `exchange.error`, when that ended it, or what went wrong on the wire.
   */
  send(request: WireRequest, exchange: Exchange): Promise<WireResponse>;
  /**
   * Closes idle connections; exchanges have been ended before.
   *
   * @param interrupted The run was cancelled or ran out of time: close also what would be kept for the next run.
   */
  close(interrupted: boolean): void;
}

/** A transport whose idle connections outlive a run. */
export interface PersistentTransport extends Transport {
  /** Idle connections are no longer kept. */
  retire(): void;
  /** Closes every connection. */
  destroy(): void;
}
