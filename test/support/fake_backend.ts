import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** What happens to a request: nothing special, or the connection is cut before or after it was done, or an answer of its own. */
export type Fate = "done" | "cut before" | "cut after" | {
  readonly status: number;
  readonly headers?: Record<string, string>;
};

/** A backend that stands in for a real one: counts what is asked, and lets a test decide what becomes of it. */
export abstract class FakeBackend {
  /** `METHOD /path` of each request that came. */
  readonly asked: string[] = [];
  /** Decides about the n-th request, from 1. */
  fate: (n: number, request: string) => Fate = () => "done";
  readonly #server: Server;
  url = "";

  constructor() {
    this.#server = createServer((request, response) => void this.handle(request, response));
  }

  protected abstract handle(request: IncomingMessage, response: ServerResponse): Promise<void>;

  /** All that a request brings; `undefined`: its sender is gone, as one that was killed. */
  protected async textOf(request: IncomingMessage): Promise<string | undefined> {
    let text = "";
    try {
      for await (const piece of request.setEncoding("utf8")) text += piece;
    } catch {
      return undefined;
    }
    return text;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (typeof address === "object" && address !== null) this.url = `http://127.0.0.1:${address.port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** How many writes came. */
  get writes(): number {
    return this.asked.filter((one) => !one.startsWith("GET ") && !one.endsWith("/validate")).length;
  }
}
