import { HttpError } from "../errors.ts";
import { type AddressBook, type Addresses, isAddress, isLoopback } from "./addresses.ts";
import { classify, UnknownAuthorityError } from "./classify.ts";
import type { Exchange } from "./exchange.ts";
import type { Transport, WireRequest, WireResponse } from "./transport.ts";
import { type FetchTransport, UnclearFailure } from "./transport_fetch.ts";

/**
 * The fast lane of Bun: `fetch`, and the node transport behind it (bench: start, "one GET"; management crawl).
 *
 * A failure that `fetch` cannot name (it has one code for a reset, an empty answer and one that is not HTTP) is asked
 * for again over the node transport, which can, when asking again changes nothing at the server.
 *
 * Names are resolved here, since `fetch` would dial several addresses of a name at once. Which of them takes connections
 * is for the node transport to find out, unless they are all this machine's; so is a Unix socket.
 */
export class FetchFirstTransport implements Transport {
  readonly #fetch: FetchTransport;
  readonly #load: () => Promise<Transport>;
  readonly #addresses: AddressBook;
  #node: Promise<Transport> | undefined;
  #loaded: Transport | undefined;
  /** Whether the node transport has to do everything. */
  #changed = false;

  /** @param load Makes the node transport; called at most once. */
  constructor(fetch: FetchTransport, addresses: AddressBook, load: () => Promise<Transport>) {
    this.#fetch = fetch;
    this.#addresses = addresses;
    this.#load = load;
  }

  send(request: WireRequest, exchange: Exchange): Promise<WireResponse> {
    if (this.#changed) return this.#byNode(request, exchange);
    if (isAddress(request.url.hostname)) {
      return this.#fetch.send(request, exchange).catch((error) => this.#afterFailure(error, request, exchange));
    }
    if (request.url.protocol === "unix:") return this.#byNode(request, exchange);
    return this.#byName(request, exchange);
  }

  close(interrupted: boolean): void {
    this.#loaded?.close(interrupted);
  }

  async #byName(request: WireRequest, exchange: Exchange): Promise<WireResponse> {
    const { hostname } = request.url;
    const known = this.#addresses.known(hostname) ?? await this.#lookUp(request.url, exchange);
    if (!known.reached && known.list.length > 1 && !isLoopback(known)) return await this.#byNode(request, exchange);
    let refusal: HttpError | undefined;
    for (const address of known.list) {
      try {
        const response = await this.#fetch.send(request, exchange, address);
        this.#addresses.reached(hostname, address);
        return response;
      } catch (error) {
        if (!(error instanceof HttpError) || error.failure !== "refused") {
          return await this.#afterFailure(error, request, exchange);
        }
        refusal ??= error;
      }
    }
    this.#addresses.forget(hostname);
    throw refusal;
  }

  async #lookUp({ hostname }: URL, exchange: Exchange): Promise<Addresses> {
    exchange.enter("connect");
    try {
      return await exchange.during(this.#addresses.of(hostname));
    } catch (cause) {
      throw classify(cause, { address: exchange.address, answered: false });
    }
  }

  #afterFailure(error: unknown, request: WireRequest, exchange: Exchange): Promise<WireResponse> {
    if (error instanceof UnknownAuthorityError) {
      // The node transport can also trust the machine's authorities; Bun's fetch would have to be told them all.
      this.#changed = true;
      return this.#byNode(request, exchange);
    }
    if (!(error instanceof UnclearFailure)) throw error;
    if (request.once || (request.method !== "GET" && request.method !== "OPTIONS")) throw error.error;
    return this.#byNode(request, exchange);
  }

  async #byNode(request: WireRequest, exchange: Exchange): Promise<WireResponse> {
    this.#node ??= this.#load();
    this.#loaded ??= await this.#node;
    return await this.#loaded.send(request, exchange);
  }
}
