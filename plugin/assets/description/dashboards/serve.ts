import type { Group } from "../dashboard.ts";
import { INFERENCES, LATENCY, MODEL, SERVER, VERSION, WAITING } from "./scopes.ts";

/** The top of the wall: what is read at a glance. */
export const serve: Group = {
  title: "Can it serve?",
  color: "vivid_blue",
  widgets: [
    {
      at: [0, 0, 4, 2],
      widget: {
        kind: "check",
        title: "Inference API",
        meaning: "Whether the inference API answers its ping. Red: no model can be called.",
        check: "torchserve.inference_api.health",
        by: ["host", "inference_api_url"],
        variables: ["host", "service"],
      },
    },
    {
      at: [4, 0, 4, 2],
      widget: {
        kind: "check",
        title: "Management API",
        meaning:
          "Whether the management API lists its models. Red: models still answer, but nobody can change or watch them.",
        check: "torchserve.management_api.health",
        by: ["host", "management_api_url"],
        variables: ["host", "service"],
      },
    },
    {
      at: [8, 0, 4, 2],
      widget: {
        kind: "check",
        title: "Metrics",
        meaning:
          "Whether metrics come. Yellow: the endpoint answers without any; TorchServe runs with metrics_mode=log, or nobody called a model yet.",
        check: "torchserve.openmetrics.health",
        by: ["host", "endpoint"],
        variables: ["host", "service"],
      },
    },
    {
      at: [0, 2, 2, 2],
      widget: {
        kind: "value",
        title: "Requests to models a second",
        meaning: "Whether it is used: requests that reached a model.",
        needs: ["requests"],
        queries: { requests: `sum:torchserve.openmetrics.inference.count${MODEL}.as_rate()` },
        formula: "requests",
        aggregator: "avg",
        sparkline: true,
      },
    },
    {
      at: [2, 2, 2, 2],
      widget: {
        kind: "value",
        title: "Failed in the server",
        meaning:
          "Answers with a status of 500 and above as a share of the requests to models. Requests to a model without workers are counted and refused. Above 100: other requests fail, too, such as the ping. For the whole server, whatever model is chosen.",
        queries: {
          failed: `sum:torchserve.openmetrics.requests.5xx.count${SERVER}.as_count()`,
          asked: `sum:torchserve.openmetrics.inference.count${SERVER}.as_count()`,
        },
        formula: "100 * default_zero(failed) / clamp_min(asked, 1)",
        aggregator: "sum",
        unit: "percent",
        steps: [{ color: "green" }, { from: 1, color: "yellow" }, { from: 5, color: "red" }],
      },
    },
    {
      at: [4, 2, 2, 2],
      widget: {
        kind: "value",
        title: "Mean latency",
        meaning:
          "How long a request to a model takes on average, waiting included; from the counters, not the last request.",
        needs: ["requests"],
        queries: { latency: LATENCY, asked: INFERENCES },
        formula: "latency / asked / 1000",
        aggregator: "sum",
        unit: "millisecond",
        sparkline: true,
      },
    },
    {
      at: [6, 2, 2, 2],
      widget: {
        kind: "value",
        title: "Share of time spent waiting",
        meaning:
          "Overload or a slow model? High: requests wait for a worker. Low while latency is high: the model itself is slow.",
        needs: ["requests"],
        queries: { waiting: WAITING, latency: LATENCY },
        formula: "100 * waiting / latency",
        aggregator: "sum",
        unit: "percent",
        steps: [{ color: "green" }, { from: 30, color: "yellow" }, { from: 60, color: "red" }],
      },
    },
    {
      at: [8, 2, 2, 2],
      widget: {
        kind: "value",
        title: "Versions that lack workers",
        meaning: "Model versions with fewer ready workers than they should have at least.",
        needs: ["extended_metrics"],
        queries: {
          missing:
            `max:torchserve.management_api.model.workers.missing${VERSION} by {host,management_api_url,model_name,model_version}`,
        },
        formula: "count_nonzero(missing)",
        aggregator: "last",
        steps: [{ color: "green" }, { from: 1, color: "red" }],
      },
    },
    {
      at: [10, 2, 2, 2],
      widget: {
        kind: "value",
        title: "Workers that are not ready",
        meaning: "Workers that load, end or are in an unknown state.",
        queries: {
          status:
            `max:torchserve.management_api.model.worker.status${VERSION} by {host,management_api_url,model_name,model_version,worker_id}`,
        },
        formula: "count_nonzero(abs(status - 1))",
        aggregator: "last",
        steps: [{ color: "green" }, { from: 1, color: "yellow" }],
      },
    },
    {
      at: [0, 4, 4, 3],
      widget: {
        kind: "check",
        title: "Models",
        meaning:
          "Health of each version. Red: no worker is ready, or one crashes over and over, which the ping does not tell.",
        needs: ["extended_metrics"],
        check: "torchserve.management_api.model.health",
        by: ["host", "model_name", "model_version"],
        variables: ["host", "service", "model_name", "model_version"],
      },
    },
    {
      at: [4, 4, 4, 3],
      widget: { kind: "monitors", title: "Alerts", meaning: "The monitors of TorchServe and their states." },
    },
    {
      at: [8, 4, 4, 3],
      widget: {
        kind: "events",
        title: "What has changed",
        meaning: "Models that were added or removed, and default versions that changed.",
      },
    },
  ],
};
