import type { Group } from "../dashboard.ts";
import { INFERENCES, LATENCY, MODEL, VERSION, WAITING } from "./scopes.ts";

const M = "torchserve.management_api.model";

/** The chosen model at a glance. */
export const modelGlance: Group = {
  title: "Does it answer?",
  color: "vivid_blue",
  widgets: [
    {
      at: [0, 0, 4, 2],
      widget: {
        kind: "check",
        title: "Health by version",
        meaning: "Red: no worker of the version is ready, or one crashes over and over.",
        needs: ["extended_metrics"],
        check: "torchserve.management_api.model.health",
        by: ["host", "model_name", "model_version"],
        variables: ["host", "service", "model_name", "model_version"],
      },
    },
    {
      at: [4, 0, 2, 2],
      widget: {
        kind: "value",
        title: "Requests a second",
        meaning: "Requests that reached the model, of all versions.",
        needs: ["requests"],
        queries: { requests: `sum:torchserve.openmetrics.inference.count${MODEL}.as_rate()` },
        formula: "requests",
        aggregator: "avg",
        sparkline: true,
      },
    },
    {
      at: [6, 0, 2, 2],
      widget: {
        kind: "value",
        title: "Mean latency",
        meaning: "How long a request takes on average, waiting included.",
        needs: ["requests"],
        queries: { latency: LATENCY, asked: INFERENCES },
        formula: "latency / asked / 1000",
        aggregator: "sum",
        unit: "millisecond",
        sparkline: true,
      },
    },
    {
      at: [8, 0, 2, 2],
      widget: {
        kind: "value",
        title: "Share of time spent waiting",
        meaning: "High: it has too few workers for its requests. Low while latency is high: the model itself is slow.",
        needs: ["requests"],
        queries: { waiting: WAITING, latency: LATENCY },
        formula: "100 * waiting / latency",
        aggregator: "sum",
        unit: "percent",
        steps: [{ color: "green" }, { from: 30, color: "yellow" }, { from: 60, color: "red" }],
      },
    },
    {
      at: [10, 0, 2, 2],
      widget: {
        kind: "value",
        title: "Workers that are missing",
        meaning: "By how many ready workers its versions fall short of their minima.",
        needs: ["extended_metrics"],
        queries: { missing: `sum:${M}.workers.missing${VERSION}` },
        formula: "missing",
        aggregator: "last",
        unit: "worker",
        steps: [{ color: "green" }, { from: 1, color: "red" }],
      },
    },
  ],
};
