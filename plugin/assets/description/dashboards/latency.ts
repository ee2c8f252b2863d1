import type { Group } from "../dashboard.ts";
import { by, INFERENCES, LATENCY, MODEL, SERVER, WAITING } from "./scopes.ts";

const byModel = {
  latency: by(LATENCY, "model_name"),
  asked: by(INFERENCES, "model_name"),
};

/** How long models take, from the counters: gauges of TorchServe tell of the last request alone. */
export const latency: Group = {
  title: "Latency",
  color: "vivid_orange",
  widgets: [
    {
      at: [0, 0, 6, 3],
      widget: {
        kind: "time_series",
        title: "Mean latency by model",
        meaning: "How long a request takes on average, waiting included. TorchServe exposes no percentiles.",
        needs: ["requests"],
        queries: byModel,
        series: [{ formula: "latency / asked / 1000" }],
        display: "line",
        unit: "millisecond",
      },
    },
    {
      at: [6, 0, 6, 3],
      widget: {
        kind: "time_series",
        title: "Mean wait by model",
        meaning: "How long a request waits for a worker on average.",
        needs: ["requests"],
        queries: { waiting: by(WAITING, "model_name"), asked: byModel.asked },
        series: [{ formula: "waiting / asked / 1000" }],
        display: "line",
        unit: "millisecond",
      },
    },
    {
      at: [0, 3, 8, 3],
      widget: {
        kind: "time_series",
        title: "Where the time goes",
        meaning: "The mean request: its part in the queue and the rest, in which the model works.",
        needs: ["requests"],
        queries: { waiting: WAITING, latency: LATENCY, asked: INFERENCES },
        series: [
          { label: "waits", formula: "waiting / asked / 1000", palette: "warm" },
          { label: "is worked on", formula: "(latency - waiting) / asked / 1000", palette: "cool" },
        ],
        display: "stacked_area",
        unit: "millisecond",
      },
    },
    {
      at: [8, 3, 4, 3],
      widget: {
        kind: "top_list",
        title: "Slowest models",
        meaning: "Models by their mean latency in the chosen time.",
        needs: ["requests"],
        queries: byModel,
        formula: "latency / asked / 1000",
        aggregator: "sum",
        limit: 10,
        unit: "millisecond",
      },
    },
    {
      at: [0, 6, 6, 3],
      widget: {
        kind: "time_series",
        title: "Last batch",
        meaning:
          "What the last batch of each model took in its handler, and all in all in the worker. One slow batch is a spike: it tells of itself alone. Only handlers made of TorchServe's BaseHandler time themselves.",
        needs: ["requests"],
        queries: {
          handler: `avg:torchserve.openmetrics.handler_time${MODEL} by {model_name}`,
          prediction: `avg:torchserve.openmetrics.prediction_time${MODEL} by {model_name}`,
        },
        series: [{ label: "handler", formula: "handler" }, { label: "prediction", formula: "prediction" }],
        display: "line",
      },
    },
    {
      at: [6, 6, 6, 3],
      widget: {
        kind: "time_series",
        title: "How fast the APIs answer",
        meaning: "The time of the requests that this check itself sends.",
        needs: ["extended_metrics"],
        queries: {
          inference: `avg:torchserve.inference_api.request.latency${SERVER} by {operation}`,
          management: `avg:torchserve.management_api.request.latency${SERVER} by {operation}`,
        },
        series: [{ label: "inference API", formula: "inference" }, { label: "management API", formula: "management" }],
        display: "line",
      },
    },
    {
      at: [0, 9, 12, 3],
      widget: {
        kind: "time_series",
        title: "How fast a model answers the probe",
        meaning: "The time of the request that inference_probe sends to a model.",
        needs: ["inference_probe"],
        queries: { probe: `avg:torchserve.inference_api.probe.latency${MODEL} by {model_name}` },
        series: [{ formula: "probe" }],
        display: "line",
      },
    },
  ],
};
