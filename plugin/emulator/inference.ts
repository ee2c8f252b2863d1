import { noWorker, resourceNotFound, TorchServeError } from "./errors.ts";
import { waitFor } from "./fault_effects.ts";
import { integerBetween } from "./random.ts";
import type { Connection } from "../runtime/serve.ts";
import type { Target } from "./netty.ts";
import type { TorchServe } from "./server.ts";

/** An exception in the handler of `test/real/handlers/echo.py`. */
const raiseWord = "raise";

/**
 * The inference API: `/ping` and `/predictions/NAME[/VERSION]` with any method, the latter answered as an echo handler
 * does; one that raises an exception when it gets the word `raise`. The older `/models/NAME/invoke`, `/invocations`, `/NAME/predict`, and KServe's paths are not emulated.
 *
 * @throws {TorchServeError}
 */
export async function handleInference(
  server: TorchServe,
  request: Request,
  target: Target,
  connection: Connection,
): Promise<Response> {
  const [, resource, name, version] = target.segments;
  if (resource === "ping") {
    return server.models.healthy() ? server.answers.status("Healthy") : server.answers.status("Unhealthy", 500);
  }
  if ((resource !== "predictions" && resource !== "explanations") || name === undefined) throw resourceNotFound();
  const echoed = await echo(request);
  const model = server.models.get(name, version);
  countRequest(server, name, version);
  if (model.workers.length === 0) throw noWorker(name, version, "inference");
  if (model.spec.broken === true) throw new TorchServeError(500, "InternalServerException", "Worker died.");
  if (echoed.length === raiseWord.length && new TextDecoder().decode(echoed) === raiseWord) {
    throw new TorchServeError(503, "InternalServerException", "Prediction failed");
  }
  const { predictMs = 0 } = model.spec;
  if (predictMs > 0) await waitFor(predictMs, AbortSignal.any([connection.gone, server.closing]));
  countPrediction(server, name, version, predictMs);
  return server.answers.bytes(echoed);
}

/** Counts a prediction as `ts_inference_requests_total` does: when it is asked for, workers or not. */
export function countRequest(server: TorchServe, name: string, version: string | undefined): void {
  server.metrics.update("ts_inference_requests_total", [name, version ?? "default"], 1);
}

/** Updates the metrics of a prediction that was answered. */
export function countPrediction(server: TorchServe, name: string, version: string | undefined, tookMs: number): void {
  const { metrics, random, answers } = server;
  const served = [name, version ?? "default"];
  const queued = integerBetween(random, 100_000, 400_000) / 1000;
  const handled = integerBetween(random, 5, 40) / 100 + tookMs;
  metrics.update("PredictionTime", [name, "Model"], handled, answers.nextRequestId());
  const microseconds = queued + handled * 1000 + integerBetween(random, 800_000, 4_000_000) / 1000;
  metrics.update("ts_inference_latency_microseconds", served, microseconds);
  metrics.update("ts_queue_latency_microseconds", served, queued);
  metrics.update("QueueTime", ["Host"], 0);
  metrics.update("WorkerThreadTime", ["Host"], integerBetween(random, 0, 3));
}

/** What a handler that returns `data` or the body answers. */
async function echo(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Uint8Array(await request.arrayBuffer());
  const mime = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (mime !== "application/x-www-form-urlencoded") return body;
  return new TextEncoder().encode(new URLSearchParams(new TextDecoder().decode(body)).get("data") ?? "");
}
