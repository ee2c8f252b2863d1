import { validateInstance } from "../config/mod.ts";
import { runCheck } from "../run/mod.ts";
import type { InstanceOptions } from "./draft.ts";

/** What an instance finds. */
export interface InstanceResult {
  /** How many models the management API lists. */
  readonly models?: number;
  /** How many of them the instance describes at most. */
  readonly limit?: number;
  /** What keeps it from being used, and what would help. */
  readonly problem?: string;
  /** What it says besides. */
  readonly warnings: readonly string[];
}

/** How many requests may take their time: lists of models have pages. */
const SLOW_REQUESTS = 5;
/** Most warnings that are taken over: a hundred models may have one each. */
const MAX_WARNINGS = 3;

/** Runs an instance once, with its key; `undefined` where it is none that this program can run. */
export async function runInstance(instance: InstanceOptions, timeoutMs: number): Promise<InstanceResult | undefined> {
  const result = await validateInstance({ ...instance, timeout: timeoutMs / 1_000 }, {});
  if (!result.ok) return undefined;
  const { metrics, error, warnings } = await runCheck({
    config: result.config,
    issues: result.issues,
    timeoutMs: SLOW_REQUESTS * timeoutMs,
    hostStartSeconds: 0,
  });
  const models = metrics.find(({ name }) => name === "torchserve.management_api.models")?.value;
  const more = warnings.length - MAX_WARNINGS;
  return {
    ...(models === undefined ? {} : { models }),
    ...(result.config.kind === "management" ? { limit: result.config.options.limit } : {}),
    ...(error === undefined
      ? {}
      : { problem: error.hint === undefined ? error.message : `${error.message}; ${error.hint}` }),
    warnings: [
      ...warnings.slice(0, MAX_WARNINGS).map(({ message }) => message),
      ...(more > 0 ? [`${more} more warnings are not shown`] : []),
    ],
  };
}
