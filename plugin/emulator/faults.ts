import type { Target } from "./netty.ts";
import type { Endpoint } from "./endpoint.ts";

/** What happens to requests that match. Without an effect but `delayMs`, the response is the ordinary one. */
export interface Fault {
  /** Default: all three. */
  readonly endpoint?: Endpoint;
  /** Default: any method. */
  readonly method?: string;
  /** A path, decoded, or a pattern for path and query as sent. Default: any. */
  readonly path?: string | RegExp;
  /** Let that many matching requests pass before. Default 0. */
  readonly after?: number;
  /** Strike that often. Default: always. */
  readonly times?: number;
  /** Milliseconds to wait before the response. */
  readonly delayMs?: number;
  /** Never respond. */
  readonly hang?: boolean;
  /** Respond with this status; the ordinary handling does not happen. */
  readonly status?: number;
  /** Respond with this body; the ordinary handling does not happen. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Added to the response's headers, stronger than its own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Cut the body after that many bytes, as a complete response: half a JSON document. */
  readonly truncate?: number;
  /** Break the connection after that many bytes of the body. */
  readonly disconnect?: number;
  /** Send the body in pieces of `bytes`, one each `everyMs`. */
  readonly drip?: { readonly bytes: number; readonly everyMs: number };
  /** Repeat the body until that many bytes are sent, without a content-length. */
  readonly flood?: number;
  /** `GET /models` gives a full page of invented models and a further token, for ever. */
  readonly endlessPages?: boolean;
}

interface Armed {
  readonly fault: Fault;
  matched: number;
}

/** The faults that are set. Where several match, the first one set strikes. */
export class Faults {
  readonly #armed = new Set<Armed>();

  /** Sets a fault; the function that is returned takes it back. */
  add(fault: Fault): () => void {
    const armed = { fault, matched: 0 };
    this.#armed.add(armed);
    return () => void this.#armed.delete(armed);
  }

  clear(): void {
    this.#armed.clear();
  }

  get isEmpty(): boolean {
    return this.#armed.size === 0;
  }

  /** The fault that strikes a request. */
  match(endpoint: Endpoint, method: string, target: Target): Fault | undefined {
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (fault.endpoint !== undefined && fault.endpoint !== endpoint) continue;
      if (fault.method !== undefined && fault.method !== method) continue;
      if (typeof fault.path === "string" && fault.path !== target.path) continue;
      if (fault.path instanceof RegExp && target.raw.search(fault.path) === -1) continue;
      const turn = armed.matched++ - (fault.after ?? 0);
      if (turn >= 0 && turn < (fault.times ?? Infinity)) return fault;
    }
    return undefined;
  }
}
