/**
 * An embedded TorchServe 0.12: inference, management and metrics API, for the demo and for tests. That it responds as a
 * real one does is what `test/contract/` shows.
 *
 * @module
 */
import { type FetchHandler, type HttpServer, serve } from "../runtime/serve.ts";
import { Responses } from "./response.ts";
import { createApp } from "./app.ts";
import { demoArchives, demoModels } from "./demo.ts";
import { Faults } from "./faults.ts";
import { countPrediction, countRequest } from "./inference.ts";
import { MetricLogs } from "./metric_logs.ts";
import { Metrics } from "./metrics.ts";
import { ModelRegistry } from "./models.ts";
import { seededRandom } from "./random.ts";
import type { TorchServe } from "./server.ts";
import { collectSystemMetrics } from "./system_metrics.ts";
import { Tokens } from "./tokens.ts";
import { Traffic } from "./traffic.ts";
import type { Emulator, EmulatorOptions } from "./types.ts";
import type { Endpoint } from "./endpoint.ts";
import type { ArchiveSpec, ModelSpec } from "./model_spec.ts";
import { serveVisit } from "./visit.ts";
import { WorkerFactory } from "./workers.ts";

export type { Endpoint } from "./endpoint.ts";
export type { MetricsMode } from "./metrics.ts";
export type { ArchiveSpec, ModelSpec } from "./model_spec.ts";
export type { Emulator, EmulatorOptions, TokenAuthOptions } from "./types.ts";
export type { Fault, Faults } from "./faults.ts";
export type { RecordedRequest, Traffic } from "./traffic.ts";
export { demoArchives, demoModels } from "./demo.ts";

/**
 * Starts a TorchServe on three ports of its own.
 *
 * @throws {Error} when a port is taken or a directory is missing.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const now = options.now ?? Date.now;
  const random = options.random ?? seededRandom(options.seed ?? 1);
  const hostname = options.hostname ?? "torchserve-0";
  const mode = options.metricsMode ?? "prometheus";
  const { logDirectory } = options;
  const logs = mode !== "prometheus" && logDirectory !== undefined ? new MetricLogs(logDirectory, now) : undefined;
  const metrics = new Metrics({ hostname, now, mode, log: logs?.append ?? (() => {}) });
  const models = new ModelRegistry({
    now,
    factory: new WorkerFactory(random, options.initialWorkerPort ?? 9000),
    onWorker: (worker, { name, version }) => {
      const workerName = `W-${worker.id}-${name}_${version}`;
      metrics.update("WorkerLoadTime", [workerName, "Host"], worker.loadMs + 1800 + Math.floor(random() * 400));
      metrics.update("WorkerThreadTime", ["Host"], Math.floor(random() * 8));
    },
  });
  const startupModels = options.models ?? demoModels;
  const closing = new AbortController();
  const server: TorchServe = {
    version: options.version ?? "0.12.0",
    responses: new Responses(random),
    models,
    archives: archivesOf(startupModels, options.archives ?? (options.models === undefined ? demoArchives : {})),
    defaultWorkersPerModel: options.defaultWorkersPerModel ?? 1,
    metrics,
    tokens: options.tokenAuth === undefined ? undefined : new Tokens(options.tokenAuth, now, random),
    faults: new Faults(),
    traffic: new Traffic(),
    now,
    random,
    closing: closing.signal,
  };
  for (const spec of startupModels) models.register(spec, true);
  collectSystemMetrics(server);
  // Rendered before the first request, so that a crawl of many models waits for its client only.
  for (const name of models.names()) models.describe(name, "all");

  const { host = "127.0.0.1" } = options;
  const listening: HttpServer[] = [];
  const listen = async (apis: readonly Endpoint[], port = 0): Promise<string> => {
    const app = createApp(server, apis);
    const handler: FetchHandler = (request, connection) => serveVisit(server, apis, app, request, connection);
    const http = await serve(handler, { hostname: host, port });
    listening.push(http);
    return http.url;
  };
  const close = async () => {
    clearInterval(timer);
    closing.abort();
    await Promise.all(listening.map((http) => http.close()));
  };
  const interval = options.metricTimeInterval ?? 60;
  const timer = interval > 0 ? setInterval(() => collectSystemMetrics(server), interval * 1000) : undefined;
  try {
    const shared = options.sharedAddress ?? false;
    const metricsApi = options.metricsApi ?? true;
    const inferenceApis: Endpoint[] = shared ? ["inference", "management"] : ["inference"];
    if (shared && metricsApi) inferenceApis.push("metrics");
    const inferenceUrl = await listen(inferenceApis, options.inferencePort);
    const managementUrl = shared ? inferenceUrl : await listen(["management"], options.managementPort);
    const metricsUrl = `${await listen(["metrics"], options.metricsPort)}/metrics`;
    // The address stays known, and nobody is there.
    if (!metricsApi) await listening.pop()?.close();
    const { tokens } = server;
    return {
      inferenceUrl,
      managementUrl,
      metricsUrl,
      ...(tokens === undefined ? {} : { keyFile: tokens.keyFile, keys: tokens }),
      models,
      faults: server.faults,
      requests: server.traffic,
      predict: (model, { version, times = 1 } = {}) => {
        models.get(model, version);
        for (let i = 0; i < times; i++) {
          countRequest(server, model, version);
          countPrediction(server, model, version, 0);
        }
      },
      collect: () => collectSystemMetrics(server),
      rotateLogs: () => logs?.rotate(),
      expireKeys: () => tokens?.expire(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function archivesOf(
  models: readonly ModelSpec[],
  further: Readonly<Record<string, ArchiveSpec>>,
): Map<string, ArchiveSpec> {
  const archives = new Map(Object.entries(further));
  for (const model of models) {
    const file = model.marFile ?? `${model.name}.mar`;
    if (!archives.has(file)) archives.set(file, { modelName: model.name, ...archiveOf(model) });
  }
  return archives;
}

function archiveOf({ version, loadMs, predictMs, broken }: ModelSpec): Omit<ArchiveSpec, "modelName"> {
  return {
    ...(version === undefined ? {} : { version }),
    ...(loadMs === undefined ? {} : { loadMs }),
    ...(predictMs === undefined ? {} : { predictMs }),
    ...(broken === undefined ? {} : { broken }),
  };
}
