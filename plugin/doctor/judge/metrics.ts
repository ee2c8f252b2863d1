import type { Facts } from "../facts.ts";
import { filesOf } from "../facts.ts";
import type { Finding } from "../finding.ts";
import type { LocalServer } from "../../discover/mod.ts";
import type { Endpoint } from "../gather/endpoint.ts";
import type { ServerFiles } from "../gather/server_files.ts";

/** Where TorchServe puts its metrics, and whether the instances look there. */
export function judgeMetrics(facts: Facts): Finding[] {
  const empty = facts.endpoints.filter(({ config, report }) =>
    config.kind === "openmetrics" && report.warnings.some(({ code }) => code === "empty") && report.status === "partial"
  );
  return [
    ...empty.map((endpoint): Finding => {
      const server = filesOf(endpoint, facts)?.server;
      // Where a host was named, its logs would have been followed, if only this user could.
      if (facts.source === undefined && server?.metricsLog.problem !== undefined) return closedLogs(endpoint, server);
      const mode = server?.settings?.metricsMode;
      const setting = mode === undefined ? "as installed, metrics_mode is log" : `metrics_mode is ${mode}`;
      return {
        id: "metrics_in_logs",
        level: "wrong",
        message: `The metrics endpoint ${endpoint.config.url} is empty: TorchServe writes its metrics to log files ` +
          `(${setting})`,
        evidence: [
          `GET ${endpoint.config.url}: 200, without any line.`,
          ...(server?.metricsLog.problem === undefined ? [] : [`Its logs: ${server.metricsLog.problem}.`]),
        ],
        remedy: "set metrics_mode=prometheus in TorchServe's config.properties and restart it, or follow its logs: " +
          `metrics_log: ${server?.metricsLog.path ?? "DIRECTORY"}`,
        instances: [endpoint.path],
      };
    }),
    ...facts.files.flatMap((files) => [...endpointOff(files, facts), ...legacy(files, facts)]),
  ];
}

/** The metrics are in logs that cannot be followed. */
function closedLogs({ config: { url }, path }: Endpoint, { metricsLog, uid }: LocalServer): Finding {
  return {
    id: "logs_unreadable",
    level: "wrong",
    message: `The metrics are in log files, and ${metricsLog.problem}`,
    evidence: [`GET ${url}: 200, without any line, as with metrics_mode=log.`],
    remedy: `run this, and the host agent, as user ${uid} or let their user read the logs; or set ` +
      "metrics_mode=prometheus in TorchServe's config.properties and restart it",
    instances: [path],
  };
}

function endpointOff(files: ServerFiles, facts: Facts): Finding[] {
  const { server: { settings, metricsLog, sockets } } = files;
  if (settings === undefined || settings.hasMetricsApi || sockets.length > 0) return [];
  const scrapes = facts.endpoints.filter(({ config, report }) =>
    config.kind === "openmetrics" && report.status === "error"
  );
  const follows = facts.endpoints.some((endpoint) =>
    endpoint.config.kind === "metrics_log" && endpoint.report.status !== "error" && filesOf(endpoint, facts) === files
  );
  const hasLogs = settings.metricsMode !== "prometheus";
  return [{
    id: "metrics_off",
    level: follows && scrapes.length === 0 ? "doubtful" : "wrong",
    message: "TorchServe's metrics endpoint is off: enable_metrics_api=false" +
      (follows ? "; its metrics come from its logs" : ""),
    evidence: [
      ...scrapes.map(({ config }) => `GET ${config.url}: the connection is refused.`),
      `config.properties: enable_metrics_api=${settings.get("enable_metrics_api")}`,
    ],
    // In the mode `log` an endpoint that is on is empty.
    remedy: `set enable_metrics_api=true${hasLogs ? " and metrics_mode=prometheus" : ""} in TorchServe's ` +
      "config.properties and restart it" +
      (hasLogs && !follows ? `, or follow its logs: metrics_log: ${metricsLog.path ?? "DIRECTORY"}` : ""),
    instances: scrapes.map(({ path }) => path),
  }];
}

function legacy(files: ServerFiles, facts: Facts): Finding[] {
  const { server: { settings, metricsLog } } = files;
  if (settings?.metricsMode !== "legacy") return [];
  const follows = facts.endpoints.some((endpoint) =>
    endpoint.config.kind === "metrics_log" && filesOf(endpoint, facts) === files
  );
  return [{
    id: "metrics_legacy",
    level: "doubtful",
    message:
      "TorchServe is in legacy mode: its endpoint has the three metrics of inference only, and its logs the others",
    evidence: ["config.properties: metrics_mode=legacy"],
    remedy: "set metrics_mode=prometheus in its config.properties and restart it" +
      (follows ? "" : `, or add an instance: metrics_log: ${metricsLog.path ?? "DIRECTORY"}`),
    instances: [],
  }];
}
