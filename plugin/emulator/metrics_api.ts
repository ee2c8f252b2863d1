import type { Hono } from "hono";
import type { State } from "./call.ts";
import type { TorchServe } from "./server.ts";

const contentType = "text/plain; version=0.0.4; charset=utf-8";

/** The metrics API: `/metrics`, to any method, with `name[]` for the samples that are wanted. */
export function metricsRoutes(app: Hono<State>, { metrics, responses }: TorchServe): void {
  app.all("/metrics/*", (c) => responses.text(metrics.render(c.env.target.parameters("name[]")), contentType));
}
