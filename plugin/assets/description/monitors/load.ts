import type { MetricMonitor } from "../monitor.ts";

const M = "torchserve.management_api.model";

/** Before requests are refused. */
export const queueFilling = {
  kind: "metric",
  key: "queue_filling",
  title: "The queue of a model fills up",
  description:
    "The queue of a version was more than 80 % full for ten minutes. A full queue refuses requests with 503.",
  query: `avg(last_10m):100 * sum:${M}.queue.pending{*} by {host,model_name,model_version} / ` +
    `(sum:${M}.queue.pending{*} by {host,model_name,model_version} + sum:${M}.queue.remaining{*} by {host,model_name,model_version}) > 80`,
  thresholds: { critical: 80, warning: 50, critical_recovery: 40, warning_recovery: 30 },
  priority: 2,
  severity: "warning",
  needs: "extended_metrics",
  prometheus: { forMinutes: 5 },
  message: {
    what:
      "The queue of version {{model_version.name}} of the model {{model_name.name}} on {{host.name}} is {{value}} % full; the limit is 80.",
    why: [
      "more requests come than its workers can answer",
      "the model has become slower: a new version, a busy machine, a slow dependency",
      "some of its workers are missing",
    ],
    todo: [
      "give it more workers: PUT /models/NAME/VERSION?min_worker=N, if processor and memory allow",
      "answer more requests at once: batchSize and maxBatchDelay",
      "refuse or slow down the callers that send the most",
    ],
    where: ["dashboard TorchServe - Models, group Queue and workers", "dashboard TorchServe - Overview, group Latency"],
  },
} as const satisfies MetricMonitor;

/** What callers feel of it. */
export const queueLatency = {
  kind: "metric",
  key: "queue_latency",
  title: "Requests wait too long",
  description:
    "Requests to a model waited for a worker more than a second on average in 15 minutes. Fewer than 20 requests count as 20. Set the thresholds to what you promise.",
  query: "sum(last_15m):sum:torchserve.openmetrics.queue.latency.count{*} by {host,model_name}.as_count() / " +
    "clamp_min(sum:torchserve.openmetrics.inference.count{*} by {host,model_name}.as_count(), 20) / 1000 > 1000",
  thresholds: { critical: 1000, warning: 250, critical_recovery: 500, warning_recovery: 200 },
  priority: 2,
  severity: "warning",
  prometheus: { forMinutes: 5 },
  message: {
    what:
      "A request to the model {{model_name.name}} on {{host.name}} waits {{value}} ms for a worker on average; the limit is 1000 ms.",
    why: [
      "more requests come than its workers can answer",
      "some of its workers are missing or have become slow",
      "a large maxBatchDelay makes each batch wait until it is full",
    ],
    todo: [
      "compare the mean wait with the mean latency: where the wait is most of it, give the model more workers",
      "where it is not, the model itself is slow: look at its last batches",
    ],
    where: ["dashboard TorchServe - Overview, group Latency", "dashboard TorchServe - Models"],
  },
} as const satisfies MetricMonitor;
