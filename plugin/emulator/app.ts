import { Hono } from "hono";
import type { Connection } from "../runtime/serve.ts";
import { apiDescription } from "./description.ts";
import { methodNotAllowed, resourceNotFound } from "./errors.ts";
import { handleInference } from "./inference.ts";
import { handleManagement } from "./management.ts";
import type { TorchServe } from "./server.ts";
import type { Endpoint } from "./endpoint.ts";
import { type Handle, serveVisit } from "./visit.ts";

/** What Hono gets with a request. */
export interface State {
  Bindings: { connection: Connection };
}

const metricsContentType = "text/plain; version=0.0.4; charset=utf-8";

/** One of the three servers. */
export function createApp(server: TorchServe, endpoint: Endpoint): Hono<State> {
  // Hono splits paths before it decodes them, TorchServe after: so there is one path, and the handlers look themselves.
  const app = new Hono<State>({ getPath: () => "/" });
  const handle = describing(server, endpoint, handlerOf(server, endpoint));
  app.all("*", (c) => serveVisit(server, endpoint, handle, c.req.raw, c.env.connection));
  return app;
}

/** What every server answers first: its API's description. */
function describing(server: TorchServe, endpoint: Endpoint, next: Handle): Handle {
  const description = apiDescription(endpoint, server.version);
  return (request, target, connection) => {
    const { path, segments } = target;
    const isDescription = segments.length === 0 || segments[1] === "api-description" && segments.length === 2;
    if (!isDescription) return next(request, target, connection);
    if (path === "/" && request.method !== "OPTIONS" || segments.length === 0 && path !== "/") {
      throw methodNotAllowed();
    }
    return server.answers.json(description);
  };
}

function handlerOf(server: TorchServe, endpoint: Endpoint): Handle {
  if (endpoint === "metrics") {
    return (_request, target) => {
      if (target.segments[1] !== "metrics") throw resourceNotFound();
      return server.answers.text(server.metrics.render(target.parameters("name[]")), metricsContentType);
    };
  }
  const handle = endpoint === "inference" ? handleInference : handleManagement;
  return (request, target, connection) => {
    const renewed = server.tokens?.admit(endpoint, request, target) ?? false;
    return renewed ? server.answers.json("") : handle(server, request, target, connection);
  };
}
