import { lazy } from "../../runtime/lazy.ts";
import type { Method } from "../method.ts";

/** The methods, loaded when they are called. `shutdown` is the session's own. */
export const METHODS: Readonly<Record<string, () => Promise<Method>>> = {
  initialize: lazy(async () => (await import("./initialize.ts")).initialize),
  "check/run": lazy(async () => (await import("./run.ts")).run),
  "check/validate": lazy(async () => (await import("./validate.ts")).validate),
  describe: lazy(async () => (await import("./describe.ts")).describe),
  "discovery/candidates": lazy(async () => (await import("./discovery.ts")).discovery),
};
