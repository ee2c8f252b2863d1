import { badRequest, methodNotAllowed, modelNotFound, noWorker, resourceNotFound, TorchServeError } from "./errors.ts";
import { waitFor } from "./fault_effects.ts";
import { parseBoolean, parseIntOr, toGson } from "./java.ts";
import type { Connection } from "../runtime/serve.ts";
import type { Target } from "./netty.ts";
import type { TorchServe } from "./server.ts";
import type { ArchiveSpec } from "./model_spec.ts";

/**
 * The management API: `/models…`, as TorchServe's `ManagementRequestHandler` takes it apart. Workflows are not emulated.
 *
 * @throws {TorchServeError}
 */
export function handleManagement(
  server: TorchServe,
  request: Request,
  target: Target,
  connection: Connection,
): Response | Promise<Response> {
  const { segments } = target;
  const [, resource, name, version] = segments;
  if (resource === "v1" && name === "models" && version !== undefined && segments.length === 4) {
    return modelReady(server, request.method, version);
  }
  const isSetDefault = segments.length === 5 && segments[4] === "set-default";
  if (resource !== "models" || (segments.length > 4 && !isSetDefault)) throw resourceNotFound();
  if (name === undefined) {
    if (request.method === "GET") return listModels(server, target);
    if (request.method === "POST") return register(server, request, target, connection);
    throw methodNotAllowed();
  }
  switch (request.method) {
    case "GET":
      return describe(server, name, version, target);
    case "PUT":
      if (isSetDefault && version !== undefined) return setDefault(server, name, version);
      return scale(server, target, name, version, connection);
    case "DELETE":
      server.models.unregister(name, version);
      return server.answers.status(`Model "${name}" unregistered`);
    case "OPTIONS":
      server.models.get(name, version);
      return server.answers.json(toGson({
        openapi: "3.0.1",
        info: { title: `RESTful Management API for: ${name}`, version: server.version },
        paths: {},
      }));
    default:
      throw methodNotAllowed();
  }
}

function listModels(server: TorchServe, target: Target): Response {
  const limit = parseIntOr(target.parameter("limit"), 100);
  const token = parseIntOr(target.parameter("next_page_token"), 0);
  return server.answers.json(server.models.page(limit, token));
}

function describe(server: TorchServe, name: string, version: string | undefined, target: Target): Response {
  if (version === "all" || !parseBoolean(target.parameter("customized"))) {
    return server.answers.json(server.models.describe(name, version));
  }
  if (server.models.get(name, version).workers.length === 0) throw noWorker(name, version, "describe");
  return server.answers.json(server.models.describe(name, version, { handler: "echo" }));
}

function setDefault(server: TorchServe, name: string, version: string): Response {
  server.models.setDefault(name, version);
  return server.answers.status(`Default version successfully updated for model "${name}" to "${version}"`);
}

async function scale(
  server: TorchServe,
  target: Target,
  name: string,
  segment: string | undefined,
  connection: Connection,
): Promise<Response> {
  const version = segment ?? target.parameter("model_version");
  const minWorkers = parseIntOr(target.parameter("min_worker"), 1);
  const maxWorkers = parseIntOr(target.parameter("max_worker"), minWorkers);
  const model = server.models.scale(name, version, minWorkers, maxWorkers);
  if (!parseBoolean(target.parameter("synchronous"))) {
    return server.answers.status("Processing worker updates...", 202);
  }
  await loaded(server, connection, model.spec.loadMs);
  if (model.spec.broken === true && minWorkers > 0) throw failedToStart(name, version);
  const which = version === undefined ? "" : `, version: ${version}`;
  return server.answers.status(`Workers scaled to ${minWorkers} for model: ${name}${which}`);
}

async function register(
  server: TorchServe,
  request: Request,
  target: Target,
  connection: Connection,
): Promise<Response> {
  const parameter = await registration(request, target);
  const url = parameter("url");
  if (url === undefined) throw badRequest("Parameter url is required.");
  const archive = findArchive(server, url);
  const name = parameter("model_name") || archive.modelName;
  const version = archive.version ?? "1.0";
  const workers = Math.max(0, parseIntOr(parameter("initial_workers"), server.defaultWorkersPerModel));
  server.models.register({
    name,
    version,
    marFile: url,
    workers,
    ...positive("batchSize", parameter("batch_size")),
    ...positive("maxBatchDelay", parameter("max_batch_delay")),
    ...positive("responseTimeout", parameter("response_timeout")),
    ...(archive.loadMs === undefined ? {} : { loadMs: archive.loadMs }),
    ...(archive.predictMs === undefined ? {} : { predictMs: archive.predictMs }),
    ...(archive.broken === undefined ? {} : { broken: archive.broken }),
  });
  const registered = `Model "${name}" Version: ${version} registered with ${workers} initial workers`;
  if (workers === 0) {
    return server.answers.status(`${registered}. Use scale workers API to add workers for the model.`);
  }
  if (!parseBoolean(parameter("synchronous") ?? "true")) {
    return server.answers.status("Processing worker updates...", 202);
  }
  await loaded(server, connection, archive.loadMs);
  if (archive.broken === true) {
    // A real one means to unregister the model, but is interrupted, and keeps it without workers (mostly: it is a race).
    server.models.scale(name, version, 0);
    throw failedToStart(name, version);
  }
  return server.answers.status(registered);
}

/** The parameters of a registration: from a JSON body, if there is one, else from the query. */
async function registration(request: Request, target: Target): Promise<(name: string) => string | undefined> {
  const mime = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (mime !== "application/json") return (name) => target.parameter(name);
  const body: unknown = await request.json();
  const fields = new Map(Object.entries(body !== null && typeof body === "object" ? body : {}));
  return (name) => fields.has(name) ? String(fields.get(name)) : undefined;
}

function findArchive(server: TorchServe, url: string): ArchiveSpec {
  const missing = (message: string) => new TorchServeError(404, "ModelNotFoundException", message);
  if (url === "") throw missing("empty url");
  if (url.includes("..")) throw missing(`Relative path is not allowed in url: ${url}`);
  if (/^(https?|s3ns|file):/.test(url)) {
    throw new TorchServeError(400, "DownloadArchiveException", `Failed to download archive from: ${url}`);
  }
  const archive = server.archives.get(url);
  if (archive === undefined) throw missing(`Model not found at: ${url}`);
  return archive;
}

function positive<Name extends string>(name: Name, text: string | undefined): Partial<Record<Name, number>> {
  const value = parseIntOr(text, 0);
  return value > 0 ? { [name]: value } as Record<Name, number> : {};
}

async function loaded(server: TorchServe, connection: Connection, loadMs = 0): Promise<void> {
  if (loadMs > 0) await waitFor(loadMs, AbortSignal.any([connection.gone, server.closing]));
}

function failedToStart(name: string, version: string | undefined): TorchServeError {
  const message = `Failed to start workers for model ${name} version: ${version ?? "null"}`;
  return new TorchServeError(500, "InternalServerException", message);
}

/** KServe's `GET /v1/models/NAME`, which TorchServe answers on its management port. */
function modelReady(server: TorchServe, method: string, segment: string): Response {
  if (method !== "GET") throw methodNotAllowed();
  const name = segment.split(":")[0] ?? "";
  if (!server.models.names().includes(name)) throw modelNotFound(name);
  return server.answers.json(toGson({ name, ready: server.models.get(name).workers.length > 0 }));
}
