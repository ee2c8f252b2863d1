import type * as v from "valibot";
import type { MethodContext, MethodResult } from "../session.ts";

/** Reads the params by a schema, or refuses the request. */
export type ReadParams = <const Schema extends v.GenericSchema>(schema: Schema) => v.InferOutput<Schema>;

/** One method: from params to a result. */
export type Method = (
  params: unknown,
  context: MethodContext,
  read: ReadParams,
) => MethodResult | Promise<MethodResult>;

/** The methods, loaded when they are called. `shutdown` is the session's own. */
export const METHODS: Readonly<Record<string, () => Promise<Method>>> = {
  initialize: async () => (await import("./initialize.ts")).initialize,
  "check/run": async () => (await import("./run.ts")).run,
  "check/validate": async () => (await import("./validate.ts")).validate,
  describe: async () => (await import("./describe.ts")).describe,
  "discovery/candidates": async () => (await import("./discovery.ts")).discovery,
};
