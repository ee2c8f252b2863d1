import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { render, type Scrape } from "./case.ts";

/** One scraped address, whose answer is set before each scrape. */
export interface Endpoint {
  readonly url: string;
  answerWith(scrape: Scrape): Promise<void>;
  close(): Promise<void>;
}

/** The server that both sides of a comparison scrape. */
export class Target {
  readonly #answers = new Map<string, Scrape>();
  readonly #server: Server;
  #count = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Target> {
    const server = createServer((request, response) => target.#answer(request, response));
    const target = new Target(server);
    await listen(server, 0);
    return target;
  }

  async close(): Promise<void> {
    await close(this.#server);
  }

  /** @param refuses it must be able to refuse connections, so it gets a port of its own */
  async endpoint(refuses: boolean): Promise<Endpoint> {
    if (refuses) return await RefusingEndpoint.open();
    const path = `/${++this.#count}/metrics`;
    return {
      url: `http://127.0.0.1:${portOf(this.#server)}${path}`,
      answerWith: (scrape) => Promise.resolve(void this.#answers.set(path, scrape)),
      close: () => Promise.resolve(void this.#answers.delete(path)),
    };
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    respond(response, this.#answers.get(request.url ?? "") ?? { kind: "status", status: 404 });
  }
}

class RefusingEndpoint implements Endpoint {
  #scrape: Scrape = { kind: "refused" };
  #isListening = true;
  readonly #server = createServer((_, response) => respond(response, this.#scrape));
  #port = 0;

  static async open(): Promise<RefusingEndpoint> {
    const endpoint = new RefusingEndpoint();
    await listen(endpoint.#server, 0);
    endpoint.#port = portOf(endpoint.#server);
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/metrics`;
  }

  async answerWith(scrape: Scrape): Promise<void> {
    this.#scrape = scrape;
    const shouldListen = scrape.kind !== "refused";
    if (shouldListen === this.#isListening) return;
    if (shouldListen) await listen(this.#server, this.#port);
    else await close(this.#server);
    this.#isListening = shouldListen;
  }

  async close(): Promise<void> {
    if (this.#isListening) await close(this.#server);
    this.#isListening = false;
  }
}

function respond(response: ServerResponse, scrape: Scrape): void {
  if (scrape.kind !== "answer") {
    response.writeHead(scrape.kind === "status" ? scrape.status : 503).end("no metrics\n");
    return;
  }
  const body = render(scrape);
  response.setHeader("content-type", scrape.contentType);
  if (!scrape.chunked) response.setHeader("content-length", body.length);
  else response.write(body.subarray(0, body.length >> 1));
  response.end(scrape.chunked ? body.subarray(body.length >> 1) : body);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
