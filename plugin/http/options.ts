import type { HttpOptions } from "../config/mod.ts";

export type { HttpOptions };

/** `auth_token`: where a token comes from and which header carries it. */
export type AuthTokenOptions = NonNullable<HttpOptions["auth_token"]>;

/** Milliseconds that a connect may take, and that the server may be silent. */
export interface Timeouts {
  readonly connectMs: number;
  readonly readMs: number;
}

/** The timeouts of an instance. */
export function timeoutsOf({ connect_timeout, read_timeout }: HttpOptions): Timeouts {
  return { connectMs: connect_timeout * 1_000, readMs: read_timeout * 1_000 };
}
