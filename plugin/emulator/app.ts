import { Hono } from "hono";
import type { Connection } from "../runtime/serve.ts";
import { apiDescription } from "./description.ts";
import { methodNotAllowed, resourceNotFound, TorchServeError } from "./errors.ts";
import { ClientGone, distort, replacement, waitFor } from "./fault_effects.ts";
import { handleInference } from "./inference.ts";
import { handleManagement } from "./management.ts";
import { decodeTarget, type Target, targetOf } from "./netty.ts";
import type { TorchServe } from "./server.ts";
import type { Endpoint } from "./types.ts";

/** What Hono keeps for a request. */
export interface State {
  Bindings: { connection: Connection };
  Variables: {
    target: Target;
    /** The answer's body is sent after the handlers have ended; who sends it calls `finish`. */
    streams: boolean;
    /** Nobody is there any more to get the answer. */
    gone: boolean;
    finish: () => void;
  };
}

const metricsContentType = "text/plain; version=0.0.4; charset=utf-8";

/** One of the three servers: TorchServe's chain of handlers, in its order. */
export function createApp(server: TorchServe, endpoint: Endpoint): Hono<State> {
  // Hono splits paths before it decodes them, TorchServe after: so there is one path, and the handlers look themselves.
  const app = new Hono<State>({ getPath: () => "/" });
  const description = apiDescription(endpoint, server.version);

  app.onError((error, c) => {
    c.set("gone", error instanceof ClientGone);
    if (error instanceof TorchServeError) return server.answers.error(error);
    return server.answers.error(new TorchServeError(500, error.name, error.message));
  });

  app.use(async (c, next) => {
    const { raw } = c.req;
    const recorded = server.traffic.begin(endpoint, raw, targetOf(raw.url));
    let ended = false;
    c.set("streams", false);
    c.set("finish", () => {
      if (ended) return;
      ended = true;
      const gone = c.get("gone") || c.get("streams") && c.env.connection.gone.aborted;
      server.traffic.end(recorded, gone ? 0 : c.res.status);
    });
    await next();
    if (!c.get("gone")) countAnswer(server, c.res.status);
    if (!c.get("streams")) c.get("finish")();
  });

  app.use(async (c, next) => {
    const target = decodeTarget(c.req.url);
    c.set("target", target);
    const fault = server.faults.isEmpty ? undefined : server.faults.match(endpoint, c.req.raw.method, target);
    if (fault === undefined) return await next();
    const signal = AbortSignal.any([c.env.connection.gone, server.closing]);
    if (fault.hang === true) await waitFor(Infinity, signal);
    if (fault.delayMs !== undefined) await waitFor(fault.delayMs, signal);
    const replaced = replacement(fault, target, server.answers);
    if (replaced === undefined) await next();
    const { response, streams } = await distort(fault, replaced ?? c.res, signal, () => c.get("finish")());
    c.set("streams", streams);
    c.res = undefined; // else Hono would put the old headers on the new response
    c.res = response;
  });

  app.use(async (c, next) => {
    const { path, segments } = c.get("target");
    if (segments.length === 0 || segments[1] === "api-description" && segments.length === 2) {
      if (path === "/" && c.req.raw.method !== "OPTIONS" || segments.length === 0 && path !== "/") {
        throw methodNotAllowed();
      }
      return server.answers.json(description);
    }
    return await next();
  });

  if (endpoint === "metrics") {
    app.all("*", (c) => {
      const target = c.get("target");
      if (target.segments[1] !== "metrics") throw resourceNotFound();
      return server.answers.text(server.metrics.render(target.parameters("name[]")), metricsContentType);
    });
    return app;
  }

  app.use(async (c, next) => {
    const renewed = server.tokens?.admit(endpoint, c.req.raw, c.get("target")) ?? false;
    if (renewed) return server.answers.json("");
    return await next();
  });
  const handle = endpoint === "inference" ? handleInference : handleManagement;
  app.all("*", (c) => handle(server, c.req.raw, c.get("target"), c.env.connection));
  return app;
}

function countAnswer(server: TorchServe, status: number): void {
  const family = status >= 200 && status < 300
    ? "Requests2XX"
    : status >= 400 && status < 500
    ? "Requests4XX"
    : "Requests5XX";
  server.metrics.update(family, ["Host"], 1);
}
