import { httpServer } from "../../contract/http_servers.ts";
import { setTimeout as sleep } from "node:timers/promises";

/** A metrics page that stays the same, and takes its time. */
export interface Page {
  /** `/metrics` included. */
  readonly url: string;
  /** Requests so far. */
  readonly requests: () => number;
  readonly close: () => void;
}

const TEXT = ["alpha", "beta", "gamma"].map((model, i) =>
  `ts_inference_requests_total{model_name="${model}",model_version="default",} ${i + 1}.0\n`
).join("");

/** @param delayMs how long an answer takes */
export async function servePage(delayMs: number): Promise<Page> {
  let requests = 0;
  const server = await httpServer(async (_request, response) => {
    requests++;
    await sleep(delayMs);
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" });
    response.end(`# TYPE ts_inference_requests_total counter\n${TEXT}`);
  });
  return { url: `${server.origin}/metrics`, requests: () => requests, close: () => server.close() };
}
