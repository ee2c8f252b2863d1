import { Hono } from "hono";
import type { State } from "./call.ts";
import { descriptionRoutes } from "./description.ts";
import { resourceNotFound } from "./errors.ts";
import { inferenceRoutes } from "./inference.ts";
import { managementRoutes } from "./management.ts";
import { metricsRoutes } from "./metrics_api.ts";
import type { Target } from "./netty.ts";
import type { TorchServe } from "./server.ts";
import type { Endpoint } from "./endpoint.ts";

const routes = {
  inference: inferenceRoutes,
  management: managementRoutes,
  metrics: metricsRoutes,
} as const satisfies Record<Endpoint, (app: Hono<State>, server: TorchServe) => void>;

/**
 * One server of a TorchServe.
 *
 * @param apis what it serves, in TorchServe's order (`ServerInitializer`): the first that knows a path has it
 */
export function createApp(server: TorchServe, apis: readonly Endpoint[]): Hono<State> {
  const app = new Hono<State>({ getPath: (_request, options) => routeOf(options?.env?.target) });
  app.notFound(() => {
    throw resourceNotFound();
  });
  // Errors are TorchServe's to word: `visit.ts` does.
  app.onError((error) => {
    throw error;
  });
  descriptionRoutes(app, server, apis);
  for (const api of apis) {
    const { tokens } = server;
    if (tokens !== undefined && api !== "metrics") {
      app.use(async (c, next) => {
        const renewed = tokens.admit(api, c.req.raw, c.env.target);
        return renewed ? server.responses.json("") : await next();
      });
    }
    routes[api](app, server);
  }
  return app;
}

/** What is the same when it is encoded: nearly all paths. */
const PLAIN = /^(?:\/[\w.-]+)+$/;

/**
 * The path for Hono's router. Hono splits a path before it decodes it, and TorchServe after: `a%2Fb` is two segments
 * here. What TorchServe took apart is encoded again, segment by segment. Handlers take names from the target.
 */
function routeOf(target: Target | undefined): string {
  if (target === undefined) return "/";
  if (PLAIN.test(target.path)) return target.path;
  // Hono knows no empty segments: a sign that nothing else is encoded as stands for one.
  return `/${target.segments.slice(1).map((segment) => segment === "" ? "%" : encodeURIComponent(segment)).join("/")}`;
}
