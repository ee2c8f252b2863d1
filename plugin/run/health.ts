import { sampleTags } from "../checks/mod.ts";
import type { InstanceKind, ValidConfig } from "../config/mod.ts";
import type { ReportBuilder } from "../report/mod.ts";

/** What the names of an instance's submissions start with, by its kind. */
export const NAMESPACES: Readonly<Record<InstanceKind, string>> = {
  openmetrics: "torchserve.openmetrics",
  inference: "torchserve.inference_api",
  management: "torchserve.management_api",
  metrics_log: "torchserve.openmetrics",
};

/**
 * Submits the health check of an instance of which nothing was collected: every error of every kind of instance comes
 * through here. Nothing is submitted where the options ask for no health check.
 */
export async function submitDown(config: ValidConfig, report: ReportBuilder, message: string): Promise<void> {
  if (report.hasHealth) return;
  const tags = await healthTags(config);
  if (tags !== undefined) report.serviceCheck("health", 2, tags, message);
}

/** The tags of an instance's health check; `undefined`: its options ask for none. */
async function healthTags(config: ValidConfig): Promise<readonly string[] | undefined> {
  switch (config.kind) {
    case "openmetrics":
    case "metrics_log": {
      if (!config.options.enable_health_service_check) return undefined;
      // Of an ignore_tags that is wrong nothing can be compiled.
      const { options, url } = config;
      return await sampleTags(url, options).catch(() => sampleTags(url, { ...options, ignore_tags: [] }));
    }
    case "inference":
      return [...config.options.tags, `inference_api_url:${config.url}`];
    case "management":
      return [...config.options.tags, `management_api_url:${config.url}`];
  }
}
