import type { HttpClient, HttpRequest, HttpResponse } from "../http/mod.ts";

/** Measures how long requests take, answer included. */
export class TimedHttp implements HttpClient {
  #totalMs = 0;
  #answers = 0;

  constructor(private readonly http: HttpClient) {}

  get stats() {
    return this.http.stats;
  }

  /** Milliseconds that an answer took on average; `undefined` before the first one. */
  get meanMs(): number | undefined {
    return this.#answers === 0 ? undefined : this.#totalMs / this.#answers;
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const startMs = performance.now();
    const response = await this.http.request(request);
    this.#totalMs += performance.now() - startMs;
    this.#answers++;
    return response;
  }

  close(): Promise<void> | void {
    return this.http.close();
  }
}
