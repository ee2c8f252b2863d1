import type { Group } from "../dashboard.ts";
import { by, INFERENCES, LATENCY, MODEL, WAITING } from "./scopes.ts";

const ONE = {
  waiting: by(WAITING, "model_name"),
  latency: by(LATENCY, "model_name"),
  asked: by(INFERENCES, "model_name"),
};

/** What the chosen model is asked, and how long it takes. */
export const modelRequests: Group = {
  title: "Requests",
  color: "vivid_orange",
  widgets: [
    {
      at: [0, 0, 6, 3],
      widget: {
        kind: "time_series",
        title: "Requests a second",
        meaning:
          "Requests that reached the model. Those of all versions: the server counts requests without a version apart.",
        needs: ["requests"],
        queries: { requests: `sum:torchserve.openmetrics.inference.count${MODEL} by {model_name}.as_rate()` },
        series: [{ formula: "requests" }],
        display: "bars",
        events: true,
      },
    },
    {
      at: [6, 0, 6, 3],
      widget: {
        kind: "time_series",
        title: "Where the time goes",
        meaning: "The mean request: its part in the queue and the rest, in which the model works.",
        needs: ["requests"],
        queries: ONE,
        series: [
          { label: "waits", formula: "waiting / asked / 1000", palette: "warm" },
          { label: "is worked on", formula: "(latency - waiting) / asked / 1000", palette: "cool" },
        ],
        display: "stacked_area",
        unit: "millisecond",
      },
    },
    {
      at: [0, 3, 6, 3],
      widget: {
        kind: "time_series",
        title: "Last batch",
        meaning:
          "What the last batch took in the handler, and all in all in the worker. Only handlers made of TorchServe's BaseHandler time themselves.",
        needs: ["requests"],
        queries: {
          handler: `avg:torchserve.openmetrics.handler_time${MODEL}`,
          prediction: `avg:torchserve.openmetrics.prediction_time${MODEL}`,
        },
        series: [{ label: "handler", formula: "handler" }, { label: "prediction", formula: "prediction" }],
        display: "line",
      },
    },
    {
      at: [6, 3, 6, 3],
      widget: {
        kind: "time_series",
        title: "Probe",
        meaning: "The time of the request that inference_probe sends to the model.",
        needs: ["inference_probe"],
        queries: { probe: `avg:torchserve.inference_api.probe.latency${MODEL} by {model_name}` },
        series: [{ formula: "probe" }],
        display: "line",
      },
    },
  ],
};
