import type { CheckMonitor, EventMonitor, MetricMonitor } from "../monitor.ts";

/** A model that is ill while the ping is well. */
export const modelHealth = {
  kind: "check",
  key: "model_health",
  title: "A model is unhealthy",
  description:
    "A version of a model has had no ready worker, or one that crashes over and over, ten times in a row: longer than a start takes. The ping of the inference API does not tell.",
  // A worker that only loads has 120 s for it (startupTimeout), and statuses come every 15 s: decision 0087.
  query:
    '"torchserve.management_api.model.health".over("*").by("host","management_api_url","model_name","model_version").last(12).count_by_status()',
  thresholds: { critical: 10, warning: 12, ok: 2 },
  priority: 1,
  severity: "critical",
  needs: "extended_metrics",
  prometheus: { forMinutes: 3 },
  message: {
    what:
      "Version {{model_version.name}} of the model {{model_name.name}} on {{host.name}} cannot serve: no worker is ready, or one crashes over and over.",
    why: [
      "its handler raises an exception while it is loaded: an import that is missing, a file that is not there",
      "its workers are killed for lack of memory (signal 9)",
      "a request takes longer than responseTimeout: TorchServe then ends the worker",
      "warning: fewer workers are ready than should be, one was started anew, or the queue is full",
    ],
    todo: [
      "read the exception of the worker's last start in model_log.log",
      "where it says that a process was killed, look for signal 9 in ts_log.log and the kernel's log: memory ran out",
      "set the former version as default: PUT /models/NAME/VERSION/set-default",
    ],
    where: ["dashboard TorchServe - Models", "model_log.log", "the message of the service check"],
  },
} as const satisfies CheckMonitor;

/** The probe: one real request. */
export const probe = {
  kind: "check",
  key: "probe",
  title: "The inference probe fails",
  description: "The request that inference_probe sends to a model was not answered as expected three times in a row.",
  query:
    '"torchserve.inference_api.probe".over("*").by("host","inference_api_url","model_name").last(4).count_by_status()',
  thresholds: { critical: 3, unknown: 4, ok: 2 },
  priority: 2,
  severity: "critical",
  needs: "inference_probe",
  prometheus: { forMinutes: 2, expr: "torchserve_inference_api_probe >= 2" },
  message: {
    what: "The probe of the model {{model_name.name}} at {{inference_api_url.name}} on {{host.name}} fails.",
    why: [
      "the model has no ready worker, or its handler raises an exception",
      "it answers, but not as inference_probe expects, or not in time",
      "unknown: the probe could not be sent, since its body cannot be read",
    ],
    todo: [
      "send the same request by hand (POST /predictions/NAME) and compare the answer with what is expected",
      "look at the health of the model and at its log",
    ],
    where: ["the message of the service check", "dashboard TorchServe - Models", "model_log.log"],
  },
} as const satisfies CheckMonitor;

/** Capacity that is not there. */
export const workersMissing = {
  kind: "metric",
  key: "workers_missing",
  title: "Workers are missing",
  description: "A version has had fewer ready workers than its minimum for ten minutes: longer than a start takes.",
  query: "min(last_10m):max:torchserve.management_api.model.workers.missing{*} by {host,model_name,model_version} >= 1",
  thresholds: { critical: 1 },
  priority: 2,
  severity: "warning",
  needs: "extended_metrics",
  prometheus: { forMinutes: 10 },
  message: {
    what:
      "Version {{model_version.name}} of the model {{model_name.name}} on {{host.name}} has lacked at least {{value}} of its workers for ten minutes.",
    why: [
      "workers crash while they start, or are killed for lack of memory",
      "a start takes longer than ten minutes: TorchServe ends one after startupTimeout (120 s)",
      "there are not enough processors or GPUs for the minimum that was asked for",
    ],
    todo: [
      "read the exception of the worker's last start in model_log.log",
      "free memory, or ask for fewer workers: PUT /models/NAME/VERSION?min_worker=N",
    ],
    where: ["dashboard TorchServe - Models, group Queue and workers", "model_log.log"],
  },
} as const satisfies MetricMonitor;

/** For information: a model is gone. */
export const modelRemoved = {
  kind: "event",
  key: "model_removed",
  title: "A model was removed",
  description: "Somebody or something has taken a model away: callers get 404 from now on.",
  query: 'events("source:torchserve removed").rollup("count").last("15m") > 0',
  thresholds: { critical: 0 },
  priority: 5,
  severity: "info",
  // There are no events: a model that was there, on a server that lists its models.
  prometheus: {
    forMinutes: 2,
    expr: "(torchserve_management_api_model_versions offset 15m unless torchserve_management_api_model_versions)\n" +
      "and on (job, instance, management_api_url) torchserve_management_api_health == 0",
    labels: ["model_name"],
  },
  message: {
    what: "A model was removed from TorchServe in the last 15 minutes.",
    why: ["it was unregistered (DELETE /models/NAME)", "TorchServe was started anew without it"],
    todo: ["see whether it was meant; otherwise register it again: POST /models?url=FILE"],
    where: ["dashboard TorchServe - Overview: What has changed", "the event itself, which names the model"],
  },
} as const satisfies EventMonitor;
