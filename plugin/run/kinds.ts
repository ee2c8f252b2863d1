import { sampleTags } from "../checks/mod.ts";
import type { InstanceKind, ValidConfig } from "../config/mod.ts";

/** What the names of an instance's submissions start with, by its kind. */
export const NAMESPACES: Readonly<Record<InstanceKind, string>> = {
  openmetrics: "torchserve.openmetrics",
  inference: "torchserve.inference_api",
  management: "torchserve.management_api",
  metrics_log: "torchserve.openmetrics",
};

/** The tags of an instance's health check; `undefined`: its options ask for none. */
export async function healthTags(config: ValidConfig): Promise<readonly string[] | undefined> {
  switch (config.kind) {
    case "openmetrics":
    case "metrics_log": {
      if (!config.options.enable_health_service_check) return undefined;
      return await sampleTags(config);
    }
    case "inference":
      return [...config.options.tags, `inference_api_url:${config.url}`];
    case "management":
      return [...config.options.tags, `management_api_url:${config.url}`];
  }
}
