import { APIS } from "../torchserve/mod.ts";
import { ServerSettings } from "../torchserve/settings.ts";
import type { InstanceDraft, InstanceOptions } from "./draft.ts";
import type { LocalServer } from "./local_server.ts";
import type { FoundApi } from "./probe.ts";
import { trustComments } from "./trust_comments.ts";

/** A metrics endpoint. */
export type MetricsApi = FoundApi & { readonly api: "metrics" };

/** The instances that give the metrics of one server: of its endpoints, of its logs, or both. */
export function draftMetrics(endpoints: readonly MetricsApi[], server: LocalServer | undefined): InstanceDraft[] {
  const drafts = endpoints.map((api) => draftEndpoint(api, server));
  if (server?.settings?.metricsMode === "legacy") {
    const log = logsOf(server, [
      "Metric logs: with metrics_mode=legacy, the endpoint has the three metrics of inference only, and the logs have " +
      "the others.",
    ]);
    return log === undefined ? drafts : [...drafts, log];
  }
  if (endpoints.length > 0 || server?.settings === undefined) return drafts;
  return withoutEndpoint(server);
}

/** The metrics of a server whose endpoint is off, or that has a Unix socket in place of a port. */
function withoutEndpoint(server: LocalServer): InstanceDraft[] {
  const { settings, sockets } = server;
  const hasSocket = sockets.some(({ api }) => api === "metrics");
  if (settings === undefined || (settings.hasMetricsApi && !hasSocket)) return [];
  const why = hasSocket ? "is a Unix socket" : "is off (enable_metrics_api=false)";
  // In the mode `prometheus` nothing is written to the logs.
  if (settings.metricsMode === "prometheus") return [];
  const log = logsOf(server, [`Metric logs: TorchServe's metrics endpoint ${why}, and its logs have the metrics.`]);
  return log === undefined ? [] : [log];
}

function draftEndpoint(api: MetricsApi, server: LocalServer | undefined): InstanceDraft {
  const { address, page, trust } = api;
  const { option, path } = APIS.metrics;
  const endpoint: InstanceOptions = { [option]: `${address}${path}`, ...trust };
  const title = `Metrics endpoint, port ${api.port}`;
  const mode = server?.settings?.metricsMode;
  if (page !== "empty" || mode === "prometheus" || mode === "legacy") {
    const state = page === "samples" ? "it has samples" : "it has no samples yet";
    return {
      comments: [`${title}: ${state}.`, ...trustComments(trust)],
      instance: endpoint,
      suggestions: [],
      active: true,
    };
  }
  const state = `${title}: it is empty, as with metrics_mode=log, which TorchServe has as installed`;
  const change = (server?.settings ?? new ServerSettings(new Map())).change("metrics_mode", "prometheus");
  const prometheus = `set ${change} and restart it`;
  const log = server === undefined ? undefined : logsOf(server, [
    `${state}. Its logs have the metrics, with the same names. To scrape instead, ${prometheus}, and use ` +
    `${option}: ${address}${path}`,
  ]);
  if (log !== undefined) return log;
  const why = server?.metricsLog.problem ?? "the directory of its logs is not known";
  return {
    comments: [
      `${state}; ${why}.`,
      `To have metrics, ${prometheus}; or set metrics_log to the directory of ts_metrics.log.`,
      ...trustComments(trust),
    ],
    instance: endpoint,
    suggestions: [],
    active: false,
  };
}

/** An instance that follows the metric logs of a server; `undefined` where they cannot be read. */
function logsOf(
  { metricsLog, settings, metricsConfig }: LocalServer,
  comments: readonly string[],
): InstanceDraft | undefined {
  const { path, problem } = metricsLog;
  if (path === undefined || problem !== undefined) return undefined;
  const silence = settings?.maxSilenceSeconds;
  const more = {
    ...(silence === undefined ? {} : { max_silence: silence }),
    ...(metricsConfig === undefined ? {} : { metrics_config: metricsConfig }),
  };
  return {
    comments: silence === undefined ? comments : [
      ...comments,
      "max_silence follows from disable_system_metrics and metric_time_interval in TorchServe's config.properties: " +
      "without a request, it writes nothing to its logs for longer than usual.",
    ],
    instance: { metrics_log: Object.keys(more).length === 0 ? path : { directory: path, ...more } },
    suggestions: [],
    active: true,
  };
}
