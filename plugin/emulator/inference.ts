import type { Hono } from "hono";
import type { Call, State } from "./call.ts";
import { noWorker, resourceNotFound, TorchServeError } from "./errors.ts";
import { waitFor } from "./fault_effects.ts";
import { integerBetween } from "./random.ts";
import type { TorchServe } from "./server.ts";

/** An exception in the handler of `test/real/handlers/echo.py`. */
const raiseWord = "raise";

/**
 * The inference API: `/ping` and `/predictions/NAME[/VERSION]`, to any method. The older `/models/NAME/invoke`,
 * `/invocations`, `/NAME/predict`, and KServe's paths are not emulated.
 */
export function inferenceRoutes(app: Hono<State>, server: TorchServe): void {
  app.all("/ping/*", () => ping(server));
  for (const path of ["/predictions/:name", "/predictions/:name/:version/*"]) {
    app.all(path, (c) => predict(server, c));
    app.all(path.replace("predictions", "explanations"), (c) => predict(server, c));
  }
  // Where both APIs share an address, descriptions of a model's versions are out of reach: TorchServe takes all paths of
  // this shape for `/models/NAME/invoke` (`InferenceRequestHandler.isInferenceReq`).
  app.all("/models/:name/:version", () => {
    throw resourceNotFound();
  });
}

function ping({ models, responses }: TorchServe): Response {
  return models.healthy() ? responses.status("Healthy") : responses.status("Unhealthy", 500);
}

/** Responds as an echo handler does; one that raises an exception when it gets the word `raise`. */
async function predict(server: TorchServe, c: Call): Promise<Response> {
  const [, , name = "", version] = c.env.target.segments;
  const echoed = await echo(c.req.raw);
  const model = server.models.get(name, version);
  countRequest(server, name, version);
  // TorchServe says the same of a queue that is full.
  if (model.workers.length === 0 || model.remainingCapacity <= 0) throw noWorker(name, version, "inference");
  if (model.spec.broken === true) throw new TorchServeError(500, "InternalServerException", "Worker died.");
  if (echoed.length === raiseWord.length && new TextDecoder().decode(echoed) === raiseWord) {
    throw new TorchServeError(503, "InternalServerException", "Prediction failed");
  }
  const { predictMs = 0 } = model.spec;
  if (predictMs > 0) await waitFor(predictMs, AbortSignal.any([c.env.connection.gone, server.closing]));
  countPrediction(server, name, version, predictMs);
  return server.responses.bytes(echoed);
}

/** Counts a prediction as `ts_inference_requests_total` does: when it is asked for, workers or not. */
export function countRequest(server: TorchServe, name: string, version: string | undefined): void {
  server.metrics.update("ts_inference_requests_total", [name, version ?? "default"], 1);
}

/** Updates the metrics of a prediction that was made. */
export function countPrediction(server: TorchServe, name: string, version: string | undefined, tookMs: number): void {
  const { metrics, random, responses } = server;
  const served = [name, version ?? "default"];
  const queued = integerBetween(random, 100_000, 400_000) / 1000;
  const handled = integerBetween(random, 5, 40) / 100 + tookMs;
  metrics.update("PredictionTime", [name, "Model"], handled, responses.nextRequestId());
  const microseconds = queued + handled * 1000 + integerBetween(random, 800_000, 4_000_000) / 1000;
  metrics.update("ts_inference_latency_microseconds", served, microseconds);
  metrics.update("ts_queue_latency_microseconds", served, queued);
  metrics.update("QueueTime", ["Host"], 0);
  metrics.update("WorkerThreadTime", ["Host"], integerBetween(random, 0, 3));
}

/** What a handler that returns `data` or the body gives back. */
async function echo(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Uint8Array(await request.arrayBuffer());
  const mime = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (mime !== "application/x-www-form-urlencoded") return body;
  return new TextEncoder().encode(new URLSearchParams(new TextDecoder().decode(body)).get("data") ?? "");
}
