import type { Group } from "../dashboard.ts";
import { by, INFERENCES, MODEL, SERVER } from "./scopes.ts";

const CLASSES = {
  fine: `sum:torchserve.openmetrics.requests.2xx.count${SERVER}.as_count()`,
  refused: `sum:torchserve.openmetrics.requests.4xx.count${SERVER}.as_count()`,
  failed: `sum:torchserve.openmetrics.requests.5xx.count${SERVER}.as_count()`,
};

/** A class that no answer had yet is not there: it counts as zero. */
const ALL = "(default_zero(fine) + default_zero(refused) + default_zero(failed))";

/** How much is asked, and how it is answered. */
export const traffic: Group = {
  title: "Traffic",
  color: "vivid_purple",
  widgets: [
    {
      at: [0, 0, 6, 3],
      widget: {
        kind: "time_series",
        title: "Answers by class",
        meaning: "All requests to all three ports by the class of their status: health checks and scrapes count, too.",
        queries: CLASSES,
        series: [
          { label: "2xx", formula: "fine", palette: "green" },
          { label: "4xx", formula: "refused", palette: "yellow" },
          { label: "5xx", formula: "failed", palette: "red" },
        ],
        display: "bars",
        events: true,
      },
    },
    {
      at: [6, 0, 6, 3],
      widget: {
        kind: "time_series",
        title: "Share of answers that are errors",
        meaning:
          "4xx: callers do something wrong, or a token has expired. 5xx: the server or a model failed. Health checks and scrapes hide part of it.",
        queries: CLASSES,
        series: [
          { label: "4xx", formula: `100 * default_zero(refused) / ${ALL}`, palette: "yellow" },
          { label: "5xx", formula: `100 * default_zero(failed) / ${ALL}`, palette: "red" },
        ],
        display: "line",
        unit: "percent",
        markers: [{ at: 5, label: "warning of the error ratio", color: "yellow" }, {
          at: 10,
          label: "alert of the error ratio",
          color: "red",
        }],
      },
    },
    {
      at: [0, 3, 8, 3],
      widget: {
        kind: "time_series",
        title: "Requests to models a second",
        meaning: "Who is asked: requests that reached each model.",
        needs: ["requests"],
        queries: { requests: `sum:torchserve.openmetrics.inference.count${MODEL} by {model_name}.as_rate()` },
        series: [{ formula: "requests" }],
        display: "stacked_area",
      },
    },
    {
      at: [8, 3, 4, 3],
      widget: {
        kind: "top_list",
        title: "Busiest models",
        meaning: "Requests to each model in the chosen time.",
        needs: ["requests"],
        queries: { requests: by(INFERENCES, "model_name") },
        formula: "requests",
        aggregator: "sum",
        limit: 10,
      },
    },
  ],
};
