import { configJsonSchema } from "../../config/mod.ts";
import { ASSETS, embeddedFiles, loadCatalogue } from "../../catalogue/mod.ts";
import { VERSION } from "../../version.ts";
import { PROTOCOL_VERSION } from "../params.ts";
import type { Method } from "../method.ts";

/** `describe`: all that a host, or a tool around it, may want to know before it runs anything. */
export const describe: Method = async () => {
  const { default: serviceChecks } = await import("../../../assets/service_checks.json", { with: { type: "text" } });
  return {
    value: {
      plugin: { name: "torchserve-check", version: VERSION },
      protocol: { min: PROTOCOL_VERSION, max: PROTOCOL_VERSION },
      options: await configJsonSchema(),
      metrics: [...(await loadCatalogue()).values()],
      service_checks: JSON.parse(serviceChecks as unknown as string),
      assets: { ...ASSETS, files: Object.keys(await embeddedFiles()) },
    },
  };
};
