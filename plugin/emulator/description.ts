import type { Hono } from "hono";
import type { State } from "./call.ts";
import { methodNotAllowed } from "./errors.ts";
import { toGson } from "./java.ts";
import type { TorchServe } from "./server.ts";
import type { Endpoint } from "./endpoint.ts";

const paths: Readonly<Record<Endpoint, Readonly<Record<string, readonly string[]>>>> = {
  inference: { "/": ["options"], "/ping": ["get"], "/predictions/{model_name}": ["post", "options"] },
  management: {
    "/": ["options"],
    "/models": ["get", "post"],
    "/models/{model_name}": ["get", "put", "delete", "options"],
    "/models/{model_name}/{model_version}": ["get", "put", "delete"],
    "/models/{model_name}/{model_version}/set-default": ["put"],
  },
  metrics: { "/metrics": ["get"] },
};

/** `OPTIONS /` and `/api-description`, with a token or without one. */
export function descriptionRoutes(app: Hono<State>, server: TorchServe, apis: readonly Endpoint[]): void {
  const description = apiDescription(apis, server.version);
  app.all("/api-description", () => server.responses.json(description));
  app.all("/", (c) => {
    // Of a path such as `//`, too, no segment is left.
    if (c.req.method !== "OPTIONS" || c.env.target.path !== "/") throw methodNotAllowed();
    return server.responses.json(description);
  });
}

/** TorchServe's OpenAPI description, with less to each path. */
function apiDescription(apis: readonly Endpoint[], version: string): string {
  const operations = (methods: readonly string[]) => Object.fromEntries(methods.map((method) => [method, {}]));
  const described = apis.flatMap((api) => Object.entries(paths[api]));
  return toGson({
    openapi: "3.0.1",
    info: {
      title: "TorchServe APIs",
      description: "TorchServe is a flexible and easy to use tool for serving deep learning models",
      version,
    },
    paths: Object.fromEntries(described.map(([path, methods]) => [path, operations(methods)])),
  });
}
