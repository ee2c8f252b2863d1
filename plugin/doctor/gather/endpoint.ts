import type { Description } from "../../checks/mod.ts";
import type { ValidConfig } from "../../config/mod.ts";
import type { Report } from "../../report/mod.ts";
import { runCheck, type Shared } from "../../run/mod.ts";
import { pause } from "../../runtime/bounds.ts";

/** An instance, and what a run of it found. */
export interface Endpoint {
  /** `instances[0]`, or what a person calls it. */
  readonly path: string;
  readonly config: ValidConfig;
  readonly report: Report;
  /** What the management API said of each model. */
  readonly models: readonly Description[];
  /** The same a moment later, where some worker was not ready: whether its process was started anew. */
  readonly later: readonly Description[] | undefined;
}

/** Most that a run takes, in milliseconds. */
const RUN_MS = 8_000;

/**
 * Runs an instance, so that nothing is changed by it: no key is renewed, no prediction sent, nothing kept.
 *
 * @param againMs after how long models whose workers are not ready are looked at again, in milliseconds
 * @param deadlineMs when the doctor has to be done, on the monotonic clock
 */
export async function runEndpoint(
  path: string,
  given: ValidConfig,
  shared: Shared,
  againMs: number,
  deadlineMs: number,
): Promise<Endpoint> {
  const config = harmless(given);
  const { report, models } = await run(config, shared);
  if (!models.some(isUnready)) return { path, config, report, models, later: undefined };
  await pause(againMs, { deadlineMs });
  return { path, config, report, models, later: (await run(config, shared)).models };
}

async function run(config: ValidConfig, shared: Shared): Promise<{ report: Report; models: readonly Description[] }> {
  let models: readonly Description[] = [];
  const report = await runCheck({
    config,
    issues: [],
    shared,
    timeoutMs: RUN_MS,
    hostStartSeconds: 0,
    onModels: (described) => models = described,
  });
  return { report, models };
}

function harmless(config: ValidConfig): ValidConfig {
  switch (config.kind) {
    case "inference": {
      const { inference_probe: _unsent, ...options } = config.options;
      return { ...config, options: { ...options, token_renew: false, extended_metrics: true } };
    }
    case "management":
      return {
        ...config,
        options: { ...config.options, token_renew: false, extended_metrics: true, submit_events: false },
      };
    case "openmetrics":
    case "metrics_log":
      return config;
  }
}

function isUnready(description: Description): boolean {
  return !("error" in description) &&
    description.versions.some(({ workers }) => (workers ?? []).some(({ status }) => status !== "READY"));
}
