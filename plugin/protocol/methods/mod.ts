import type { Method } from "../method.ts";

/** The methods, loaded when they are called. `shutdown` is the session's own. */
export const METHODS: Readonly<Record<string, () => Promise<Method>>> = {
  initialize: async () => (await import("./initialize.ts")).initialize,
  "check/run": async () => (await import("./run.ts")).run,
  "check/validate": async () => (await import("./validate.ts")).validate,
  describe: async () => (await import("./describe.ts")).describe,
  "discovery/candidates": async () => (await import("./discovery.ts")).discovery,
};
