import { toGson } from "./java.ts";
import type { Endpoint } from "./endpoint.ts";

const paths: Record<Endpoint, Record<string, readonly string[]>> = {
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

/** The answer to `OPTIONS /`: TorchServe's OpenAPI description, with less to each path. */
export function apiDescription(endpoint: Endpoint, version: string): string {
  const operations = (methods: readonly string[]) => Object.fromEntries(methods.map((method) => [method, {}]));
  return toGson({
    openapi: "3.0.1",
    info: {
      title: "TorchServe APIs",
      description: "TorchServe is a flexible and easy to use tool for serving deep learning models",
      version,
    },
    paths: Object.fromEntries(Object.entries(paths[endpoint]).map(([path, methods]) => [path, operations(methods)])),
  });
}
