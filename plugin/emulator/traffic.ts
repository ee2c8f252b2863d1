import type { Endpoint } from "./endpoint.ts";

/** One request that was received. */
export interface RecordedRequest {
  readonly endpoint: Endpoint;
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: Headers;
  /** `undefined` while it waits; 0 when the client went away before there was a response. */
  status: number | undefined;
}

const keptRequests = 10_000;

/** What clients asked. */
export class Traffic {
  #log: RecordedRequest[] = [];
  #counts: Record<Endpoint, number> = { inference: 0, management: 0, metrics: 0 };
  #inFlight = 0;
  #peak = 0;

  /** The last requests, oldest first; at most 10,000. */
  get log(): readonly RecordedRequest[] {
    return this.#log.slice(-keptRequests);
  }

  /** Requests whose response has not been given (and, for one that is given piece by piece, has not ended). */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** The most requests that were in flight at once. */
  get peakInFlight(): number {
    return this.#peak;
  }

  /** Requests received since the start or the last {@linkcode reset}. */
  count(endpoint?: Endpoint): number {
    if (endpoint !== undefined) return this.#counts[endpoint];
    return this.#counts.inference + this.#counts.management + this.#counts.metrics;
  }

  /** Forgets what was recorded, but not what is in flight. */
  reset(): void {
    this.#log = [];
    this.#counts = { inference: 0, management: 0, metrics: 0 };
    this.#peak = this.#inFlight;
  }

  /** Notes the start of a request. */
  begin(endpoint: Endpoint, request: Request, target: string): RecordedRequest {
    const recorded = { endpoint, method: request.method, target, headers: request.headers, status: undefined };
    if (this.#log.length >= 2 * keptRequests) this.#log = this.#log.slice(keptRequests);
    this.#log.push(recorded);
    this.#counts[endpoint]++;
    if (++this.#inFlight > this.#peak) this.#peak = this.#inFlight;
    return recorded;
  }

  /** Notes its end. */
  end(recorded: RecordedRequest, status: number): void {
    recorded.status = status;
    this.#inFlight--;
  }
}
