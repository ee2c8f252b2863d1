/**
 * The four checks. Each is loaded when its kind of instance runs: a host that runs one kind does not wait for the others.
 *
 * @module
 */
import type { ConfigOf, InstanceKind, SampleKind } from "../config/mod.ts";
import { lazy } from "../runtime/lazy.ts";
import type { Scraper } from "../scraper/mod.ts";
import type { Check } from "./check.ts";

export type { Check, CheckContext, ContextOf, OnModels, Outcome, RunContext, SampleContext } from "./check.ts";
export type { Description } from "./management/description_queue.ts";
export type { ModelVersion, Worker } from "./management/schemas.ts";

/** Loads the check of a kind. */
export const CHECKS = {
  openmetrics: lazy(async () => (await import("./openmetrics.ts")).checkOpenMetrics),
  inference: lazy(async () => (await import("./inference.ts")).checkInference),
  management: lazy(async () => (await import("./management/mod.ts")).checkManagement),
  metrics_log: lazy(async () => (await import("./metrics_log.ts")).checkMetricsLog),
} as const satisfies { readonly [Kind in InstanceKind]: () => Promise<Check<Kind>> };

/** Compiles what turns the samples of an instance, from wherever they come, into submissions. */
export async function scraperOf(config: ConfigOf<SampleKind>): Promise<Scraper> {
  return await (await import("./scrapers.ts")).scraperOf(config);
}

/** The tags of everything that an instance with samples submits. */
export async function sampleTags(url: string, options: ConfigOf<SampleKind>["options"]): Promise<readonly string[]> {
  return await (await import("./scrapers.ts")).sampleTags(url, options);
}
