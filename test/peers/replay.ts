import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Buffer } from "node:buffer";

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** A server in front of another one, which asks it once for each resource and then repeats the same bytes. */
export class Replay {
  readonly #origin: URL;
  readonly #server: Server;
  #answers = new Map<string, Promise<Answer>>();

  private constructor(origin: URL, server: Server) {
    this.#origin = origin;
    this.#server = server;
  }

  /** @param url of the server to repeat */
  static async of(url: string): Promise<Replay> {
    const server = createServer((request, response) => {
      replay.#answer(request.url ?? "/").then(({ status, contentType, body }) => {
        response.writeHead(status, { "content-type": contentType, "content-length": body.length }).end(body);
      }, () => response.destroy());
    });
    const replay = new Replay(new URL(url), server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return replay;
  }

  /** What stands for the original's address, path included. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${this.#origin.pathname === "/" ? "" : this.#origin.pathname}`;
  }

  /** Asks the original again from now on. */
  forget(): void {
    this.#answers = new Map();
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #answer(resource: string): Promise<Answer> {
    let answer = this.#answers.get(resource);
    if (answer === undefined) this.#answers.set(resource, answer = fetchOnce(`${this.#origin.origin}${resource}`));
    return answer;
  }
}

function fetchOnce(url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response: IncomingMessage) => {
      const pieces: Uint8Array[] = [];
      response.on("data", (piece: Uint8Array) => pieces.push(piece));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, contentType: headers["content-type"] ?? "", body: Buffer.concat(pieces) });
      });
    });
    request.on("error", reject);
  });
}
