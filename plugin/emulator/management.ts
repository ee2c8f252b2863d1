import type { Hono } from "hono";
import type { Call, State } from "./call.ts";
import { methodNotAllowed, modelNotFound, noWorker } from "./errors.ts";
import { parseBoolean, parseIntOr, toGson } from "./java.ts";
import { failedToStart, loaded } from "./loading.ts";
import { register } from "./registration.ts";
import type { TorchServe } from "./server.ts";

const MODEL = "/models/:name";
const VERSION = `${MODEL}/:version`;
const SET_DEFAULT = `${VERSION}/set-default`;

/** All others stand for these: see `visit.ts`. */
const METHODS = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"] as const;

/** The management API: `/models…`, as TorchServe's `ManagementRequestHandler` takes it apart. Workflows are not emulated. */
export function managementRoutes(app: Hono<State>, server: TorchServe): void {
  app.get("/models", (c) => listModels(server, c));
  app.post("/models", (c) => register(server, c));
  app.on(allBut("GET", "POST"), "/models", refuseMethod);
  for (const path of [MODEL, VERSION, SET_DEFAULT]) {
    app.get(path, (c) => describe(server, c));
    app.put(path, (c) => path === SET_DEFAULT ? setDefault(server, c) : scale(server, c));
    app.delete(path, (c) => unregister(server, c));
    app.options(path, (c) => describeApi(server, c));
    app.on(allBut("GET", "PUT", "DELETE", "OPTIONS"), path, refuseMethod);
  }
  app.get("/v1/models/:name", (c) => modelReady(server, c));
  app.on(allBut("GET"), "/v1/models/:name", refuseMethod);
}

// One handler for each method and path: Hono is slower where several match.
function allBut(...methods: readonly string[]): string[] {
  return METHODS.filter((method) => !methods.includes(method));
}

function refuseMethod(): never {
  throw methodNotAllowed();
}

/** The name of a path, and its version where it has one. */
function modelOf(c: Call): { name: string; version: string | undefined } {
  const [, , name = "", version] = c.env.target.segments;
  return { name, version };
}

function listModels({ models, responses }: TorchServe, c: Call): Response {
  const { target } = c.env;
  const limit = parseIntOr(target.parameter("limit"), 100);
  const token = parseIntOr(target.parameter("next_page_token"), 0);
  return responses.json(models.page(limit, token));
}

function describe({ models, responses }: TorchServe, c: Call): Response {
  const { name, version } = modelOf(c);
  if (version === "all" || !parseBoolean(c.env.target.parameter("customized"))) {
    return responses.json(models.describe(name, version));
  }
  if (models.get(name, version).workers.length === 0) throw noWorker(name, version, "describe");
  return responses.json(models.describe(name, version, { handler: "echo" }));
}

function describeApi(server: TorchServe, c: Call): Response {
  const { name, version } = modelOf(c);
  server.models.get(name, version);
  return server.responses.json(toGson({
    openapi: "3.0.1",
    info: { title: `RESTful Management API for: ${name}`, version: server.version },
    paths: {},
  }));
}

function unregister({ models, responses }: TorchServe, c: Call): Response {
  const { name, version } = modelOf(c);
  models.unregister(name, version);
  return responses.status(`Model "${name}" unregistered`);
}

function setDefault({ models, responses }: TorchServe, c: Call): Response {
  const { name, version = "" } = modelOf(c);
  models.setDefault(name, version);
  return responses.status(`Default version successfully updated for model "${name}" to "${version}"`);
}

async function scale(server: TorchServe, c: Call): Promise<Response> {
  const { target, connection } = c.env;
  const { name, version = target.parameter("model_version") } = modelOf(c);
  const minWorkers = parseIntOr(target.parameter("min_worker"), 1);
  const maxWorkers = parseIntOr(target.parameter("max_worker"), minWorkers);
  const model = server.models.scale(name, version, minWorkers, maxWorkers);
  if (!parseBoolean(target.parameter("synchronous"))) {
    return server.responses.status("Processing worker updates...", 202);
  }
  await loaded(server, connection, model.spec.loadMs);
  if (model.spec.broken === true && minWorkers > 0) throw failedToStart(name, version);
  const which = version === undefined ? "" : `, version: ${version}`;
  return server.responses.status(`Workers scaled to ${minWorkers} for model: ${name}${which}`);
}

/** KServe's `GET /v1/models/NAME`, which TorchServe serves on its management port. */
function modelReady({ models, responses }: TorchServe, c: Call): Response {
  const [, , , segment = ""] = c.env.target.segments;
  const [name = ""] = segment.split(":");
  if (!models.names().includes(name)) throw modelNotFound(name);
  return responses.json(toGson({ name, ready: models.get(name).workers.length > 0 }));
}
