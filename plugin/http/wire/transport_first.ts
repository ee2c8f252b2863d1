import { UnknownAuthorityError } from "./classify.ts";
import { type FetchTransport, UnclearFailure } from "./transport_fetch.ts";
import type { Exchange } from "./exchange.ts";
import type { Transport, WireRequest, WireResponse } from "./transport.ts";

/**
 * The fast lane of Bun: `fetch`, and the node transport behind it.
 *
 * A failure that `fetch` cannot name (it has one code for a reset, an empty answer and one that is not HTTP) is asked
 * for again over the node transport, which can, when asking again changes nothing at the server.
 */
export class FetchFirstTransport implements Transport {
  readonly #fetch: FetchTransport;
  readonly #load: () => Promise<Transport>;
  #node: Promise<Transport> | undefined;
  #loaded: Transport | undefined;
  /** Whether the node transport has to do everything. */
  #changed = false;

  /** @param load Makes the node transport; called at most once. */
  constructor(fetch: FetchTransport, load: () => Promise<Transport>) {
    this.#fetch = fetch;
    this.#load = load;
  }

  send(request: WireRequest, exchange: Exchange): Promise<WireResponse> {
    if (this.#changed) return this.#byNode(request, exchange);
    return this.#fetch.send(request, exchange).catch((error) => this.#afterFailure(error, request, exchange));
  }

  close(interrupted: boolean): void {
    this.#loaded?.close(interrupted);
  }

  #afterFailure(error: unknown, request: WireRequest, exchange: Exchange): Promise<WireResponse> {
    if (error instanceof UnknownAuthorityError) {
      // The node transport can also trust the machine's authorities; Bun's fetch would have to be told them all.
      this.#changed = true;
      return this.#byNode(request, exchange);
    }
    if (!(error instanceof UnclearFailure)) throw error;
    if (request.method !== "GET" && request.method !== "OPTIONS") throw error.error;
    return this.#byNode(request, exchange);
  }

  async #byNode(request: WireRequest, exchange: Exchange): Promise<WireResponse> {
    this.#node ??= this.#load();
    this.#loaded ??= await this.#node;
    return await this.#loaded.send(request, exchange);
  }
}
