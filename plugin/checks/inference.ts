import * as v from "valibot";
import type { ValidConfig } from "../config/mod.ts";
import type { ServiceStatus } from "../report/report.ts";
import { fetchOk, toReportError } from "./answers.ts";
import type { CheckContext, Outcome } from "./check.ts";
import { readJson } from "./json.ts";
import { endpointOf, resource } from "./url.ts";

const pingSchema = v.object({ status: v.string() });

/** What a 200 of `ping` says of the server's health; versions before 0.9 answer 200 whatever their state. */
const PING_STATUS: Readonly<Record<string, ServiceStatus>> = { "Partial Healthy": 1, Unhealthy: 2 };

/**
 * Asks TorchServe's health API, `GET ping`
 * (https://pytorch.org/serve/inference_api.html#health-check-api).
 */
export async function checkInference(config: ValidConfig, context: CheckContext): Promise<Outcome> {
  const tags = [...config.options.tags ?? [], `inference_api_url:${config.url}`];
  try {
    const response = await fetchOk(context.http, { url: resource(endpointOf(config), "ping") });
    const said = pingStatus(response.text());
    const status = PING_STATUS[said] ?? 0;
    context.report.serviceCheck("health", status, tags, status === 0 ? undefined : `TorchServe says: ${said}`);
    return {};
  } catch (thrown) {
    const error = toReportError(thrown);
    context.report.serviceCheck("health", 2, tags, error.message);
    return { error };
  }
}

/** The `status` of a ping's body; `""` where there is none. */
function pingStatus(body: string): string {
  const ping = v.safeParse(pingSchema, readJson(body));
  return ping.success ? ping.output.status : "";
}
