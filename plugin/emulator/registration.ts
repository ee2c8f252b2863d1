import type { Call } from "./call.ts";
import { badRequest, TorchServeError } from "./errors.ts";
import { parseBoolean, parseIntOr } from "./java.ts";
import { failedToStart, loaded } from "./loading.ts";
import type { Target } from "./netty.ts";
import type { TorchServe } from "./server.ts";
import type { ArchiveSpec } from "./model_spec.ts";

/**
 * `POST /models?url=…`: registers an archive of the model store.
 *
 * @throws {TorchServeError}
 */
export async function register(server: TorchServe, c: Call): Promise<Response> {
  const { target, connection } = c.env;
  const parameter = await registration(c.req.raw, target);
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
    return server.responses.status(`${registered}. Use scale workers API to add workers for the model.`);
  }
  if (!parseBoolean(parameter("synchronous") ?? "true")) {
    return server.responses.status("Processing worker updates...", 202);
  }
  await loaded(server, connection, archive.loadMs);
  if (archive.broken === true) {
    // A real one means to unregister the model, but is interrupted, and keeps it without workers (mostly: it is a race).
    server.models.scale(name, version, 0);
    throw failedToStart(name, version);
  }
  return server.responses.status(registered);
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
