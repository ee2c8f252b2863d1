import type { MetricMonitor } from "../monitor.ts";

const R = "torchserve.openmetrics.requests";

/** Answers of a class in the last hour by server: not all classes have been seen by every server. */
const answers = (status: string) =>
  `sum without (level) (increase(torchserve_openmetrics_requests_${status}_total[1h]))`;
const orNone = (status: string) => `(${answers(status)} or 0 * ${answers("2xx")})`;

/** The monitor of the integration, as it is given. */
export const errorRatio = {
  kind: "metric",
  key: "error_ratio",
  title: "Request error ratio is high",
  description:
    "More than a tenth of all answers in the last hour were errors (4xx or 5xx). Health checks and scrapes count as answers, too: see server_errors for what fails inside.",
  query: `sum(last_1h):(sum:${R}.4xx.count{*}.as_count() + sum:${R}.5xx.count{*}.as_count()) / ` +
    `(sum:${R}.2xx.count{*}.as_count() + sum:${R}.4xx.count{*}.as_count() + sum:${R}.5xx.count{*}.as_count()) > 0.1`,
  thresholds: { critical: 0.1, warning: 0.05 },
  priority: 3,
  severity: "warning",
  // Server by server: an alert without an instance leads nowhere.
  prometheus: {
    forMinutes: 5,
    expr: [
      `1 - ${answers("2xx")}`,
      `/ (${answers("2xx")}`,
      `  + ${orNone("4xx")}`,
      `  + ${orNone("5xx")}) > 0.1`,
    ].join("\n"),
  },
  message: {
    what:
      "{{value}} of all answers of TorchServe in the last hour were errors; the limit is 0.1. Health checks, scrapes and calls of the management API count as answers, too: with few users they hide failures of models.",
    why: [
      "callers send requests that the server refuses (4xx): a wrong model name, a wrong body, a token that has expired",
      "a model or the server fails (5xx)",
      "the key of this check itself has expired: each of its requests is then answered with 400",
    ],
    todo: [
      "see whether the monitor of server errors is triggered as well: then start there",
      "look at the 4xx in ts_log.log: which path is it, and who asks",
      "where the paths are /models and /ping with status 400, renew the token of this check: token_key_file or token_renew",
    ],
    where: [
      "dashboard TorchServe - Overview, group Traffic",
      "ts_log.log: each request has a line with its status",
    ],
  },
} as const satisfies MetricMonitor;

/** What the error ratio hides: failures of the server beside the requests to models alone. */
export const serverErrors = {
  kind: "metric",
  key: "server_errors",
  title: "Requests fail in the server",
  description:
    "More than 5 % of the requests to models in ten minutes were answered with a status of 500 and above: a model, a worker or the server itself fails. Fewer than 100 requests count as 100.",
  query: `sum(last_10m):sum:${R}.5xx.count{*} by {host,endpoint}.as_count() / ` +
    "clamp_min(sum:torchserve.openmetrics.inference.count{*} by {host,endpoint}.as_count(), 100) > 0.05",
  thresholds: { critical: 0.05, warning: 0.01, critical_recovery: 0.02, warning_recovery: 0.005 },
  priority: 1,
  severity: "critical",
  prometheus: { forMinutes: 2 },
  message: {
    what:
      "{{value}} of the requests to models at {{endpoint.name}} on {{host.name}} failed in the server in ten minutes; the limit is 0.05.",
    why: [
      "status 503: a model has no worker that is ready, or its queue is full; TorchServe says the same of both",
      "status 500: the handler raised an exception, or its worker died while it worked",
      "status 507: a worker could not be started for lack of memory",
    ],
    todo: [
      "find the model: errors by model in the logs, and the health of each model",
      "503: look at the queue and at the missing workers; scale up with PUT /models/NAME?min_worker=N",
      "500: read the exception in model_log.log, with its file and line; roll back the model if a new version came",
      "507: free memory, or start fewer workers",
    ],
    where: [
      "dashboard TorchServe - Overview, groups Traffic, Queues and workers, and Logs",
      "model_log.log and ts_log.log",
    ],
  },
} as const satisfies MetricMonitor;
