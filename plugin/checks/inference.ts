import * as v from "valibot";
import type { ConfigOf } from "../config/mod.ts";
import type { HttpResponse } from "../http/mod.ts";
import type { ServiceStatus } from "../report/mod.ts";
import { APIS, endpointOf, fetchOk, foreignBody, readJson, resource } from "../torchserve/mod.ts";
import type { CheckContext, Outcome } from "./check.ts";
import { explainFailure } from "./findings.ts";
import { TimedHttp } from "./timed_http.ts";

const pingSchema = v.object({ status: v.string() });

/** What a 200 of `ping` says of the server's health: 0.7.1 answers 200 in any state, 0.8.1 and later 500 if unhealthy. */
const PING_STATUS: ReadonlyMap<string, ServiceStatus> = new Map([["Partial Healthy", 1], ["Unhealthy", 2]]);
/** A larger body is no response to a ping, in bytes. */
const MAX_PING = 65_536;

/**
 * Asks TorchServe's health API, `GET ping`
 * (https://pytorch.org/serve/inference_api.html#health-check-api), and sends the probe, if there is one.
 */
export async function checkInference(config: ConfigOf<"inference">, context: CheckContext): Promise<Outcome> {
  const { options } = config;
  const { report } = context;
  const tags = [...options.tags, `inference_api_url:${config.url}`];
  const endpoint = endpointOf(config);
  const http = new TimedHttp(context.http);
  let response: HttpResponse;
  try {
    response = await fetchOk(http, { url: resource(endpoint, "ping") });
  } catch (thrown) {
    const error = await explainFailure(thrown, config, context.http);
    if (options.inference_probe !== undefined) {
      const { probeSkipped } = await import("./inference_probe.ts");
      probeSkipped(options.inference_probe, report, tags, error.message);
    }
    return { error };
  }
  submitHealth(response, context, tags);
  if (options.extended_metrics) {
    report.gauge("request.latency", http.meanMs, [...tags, "operation:ping"]);
    const { submitVersion } = await import("./torchserve_version.ts");
    await submitVersion(context, endpoint);
  }
  if (options.inference_probe !== undefined) {
    const { sendProbe } = await import("./inference_probe.ts");
    await sendProbe(options.inference_probe, endpoint, context, tags);
  }
  return {};
}

function submitHealth(response: HttpResponse, { report }: CheckContext, tags: readonly string[]): void {
  const page = foreignBody(response);
  if (page?.html) {
    const message = `${response.url} answered ${page.description}, not TorchServe's ping: check that what answers ` +
      `there leads to TorchServe's inference API (port ${APIS.inference.port} as installed)`;
    report.missing("parse", message);
    report.serviceCheck("health", 1, tags, message);
    return;
  }
  const said = response.body.length > MAX_PING ? "" : pingStatus(response.text());
  const status = PING_STATUS.get(said) ?? 0;
  report.serviceCheck("health", status, tags, status === 0 ? undefined : `TorchServe says: ${said}`);
}

/** The `status` of a ping's body; `""` where there is none. */
function pingStatus(body: string): string {
  const ping = v.safeParse(pingSchema, readJson(body));
  return ping.success ? ping.output.status : "";
}
