import type { CheckMonitor } from "../monitor.ts";

/** The inference API: nobody is served. */
export const inferenceApiDown = {
  kind: "check",
  key: "inference_api_down",
  title: "The inference API is down",
  description:
    "The inference API has not answered three times in a row, or says that it is unhealthy: models cannot be called.",
  query: '"torchserve.inference_api.health".over("*").by("host","inference_api_url").last(4).count_by_status()',
  thresholds: { critical: 3, warning: 2, ok: 2 },
  noDataMinutes: 10,
  priority: 1,
  severity: "critical",
  // Nobody asks it: what collected for it a while ago cannot be scraped, or writes no more for the node exporter.
  prometheus: {
    forMinutes: 2,
    expr: [
      "torchserve_inference_api_health == 2",
      "or (up == 0 and on (job, instance) max_over_time(torchserve_inference_api_health[6h]))",
      'or time() - node_textfile_mtime_seconds{file=~".*torchserve.*"} > 600',
    ].join("\n"),
  },
  message: {
    what:
      "The inference API of TorchServe at {{inference_api_url.name}} on {{host.name}} does not answer its ping, or has not been asked for ten minutes.",
    why: [
      "the process has ended, or does not answer any more",
      "it listens elsewhere: inference_address in config.properties",
      "status 400 means that it is up and wants a token: the key has expired or is another start's",
      "no data: the agent of the host, or the host itself, is down",
    ],
    todo: [
      "run torchserve-check --instance conf.yaml on the host: it says what the API answers, and what to do",
      "start TorchServe again if its process has ended, and read why in ts_log.log",
      "with status 400, set token_key_file, and token_renew if nobody else renews the key",
    ],
    where: ["dashboard TorchServe - Overview, group Can it serve?", "ts_log.log"],
  },
} as const satisfies CheckMonitor;

/** The management API: models still answer. */
export const managementApiDown = {
  kind: "check",
  key: "management_api_down",
  title: "The management API is down",
  description:
    "The management API has not listed its models three times in a row. Models still answer, but nobody can change or watch them.",
  query: '"torchserve.management_api.health".over("*").by("host","management_api_url").last(4).count_by_status()',
  thresholds: { critical: 3, ok: 2 },
  noDataMinutes: 10,
  priority: 3,
  severity: "warning",
  prometheus: { forMinutes: 5 },
  message: {
    what: "The management API of TorchServe at {{management_api_url.name}} on {{host.name}} does not list its models.",
    why: [
      "the process has ended: then the inference API is down as well",
      "it listens elsewhere, or on another interface: management_address in config.properties",
      "status 400: it wants a token, and the key has expired or is another start's",
    ],
    todo: [
      "if the inference API is down, too, start there",
      "otherwise run torchserve-check --instance conf.yaml in working hours: models are served meanwhile",
    ],
    where: ["dashboard TorchServe - Overview, group Can it serve?", "ts_log.log"],
  },
} as const satisfies CheckMonitor;

/** Metrics: everything but the health checks is blind. */
export const metricsMissing = {
  kind: "check",
  key: "metrics_missing",
  title: "Metrics are missing",
  description:
    "The metrics endpoint cannot be scraped, or answers without any metric, five times of six: all monitors of metrics are blind.",
  query: '"torchserve.openmetrics.health".over("*").by("host","endpoint").last(6).count_by_status()',
  thresholds: { critical: 5, warning: 5, ok: 2 },
  noDataMinutes: 15,
  priority: 3,
  severity: "warning",
  prometheus: { forMinutes: 5, expr: "torchserve_openmetrics_health >= 1" },
  message: {
    what: "{{endpoint.name}} on {{host.name}} gives no metrics: monitors of metrics see nothing.",
    why: [
      "warning: it answers and is empty, since TorchServe runs with metrics_mode=log, which is its default",
      "critical: it does not answer; the process has ended, or metrics_address is another one",
      "with metrics_log: the log file was moved, or this check may not read it",
    ],
    todo: [
      "set metrics_mode=prometheus in config.properties and start TorchServe again, or watch its logs with metrics_log",
      "if it does not answer, look whether the inference API is down as well",
      "with metrics_log, let the agent's user read the files",
    ],
    where: [
      "config.properties of TorchServe",
      "torchserve-check --instance conf.yaml",
      "dashboard TorchServe - Overview, group Can it serve?",
    ],
  },
} as const satisfies CheckMonitor;
