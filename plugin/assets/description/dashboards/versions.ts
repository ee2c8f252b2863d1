import type { Group } from "../dashboard.ts";
import { MODEL, SERVER, VERSION } from "./scopes.ts";

const M = "torchserve.management_api.model";
const column = (label: string, name: string) => ({
  label,
  query: `max:${M}.${name}${VERSION} by {model_name,model_version}`,
  aggregator: "last",
  cell: "number",
} as const);

/** What runs, and which version answers. */
export const versions: Group = {
  title: "Models",
  color: "vivid_pink",
  widgets: [
    {
      at: [0, 0, 12, 4],
      widget: {
        kind: "table",
        title: "Each version",
        meaning: "Which version answers requests without one (default 1), and how each is configured.",
        limit: 100,
        columns: [
          { ...column("default", "version.is_default"), steps: [{ color: "gray" }, { from: 1, color: "green" }] },
          column("workers", "workers.current"),
          column("at least", "workers.min"),
          column("at most", "workers.max"),
          column("batch size", "batch_size"),
          column("batch delay", "max_batch_delay"),
          column("loaded at start", "is_loaded_at_startup"),
        ],
      },
    },
    {
      at: [0, 4, 6, 3],
      widget: {
        kind: "time_series",
        title: "Models",
        meaning: "How many models are registered.",
        queries: { models: `sum:torchserve.management_api.models${SERVER}` },
        series: [{ label: "models", formula: "models" }],
        display: "step",
        events: true,
      },
    },
    {
      at: [6, 4, 6, 3],
      widget: {
        kind: "time_series",
        title: "Versions by model",
        meaning: "How many versions each model has.",
        queries: { versions: `sum:${M}.versions${MODEL} by {model_name}` },
        series: [{ formula: "versions" }],
        display: "step",
        events: true,
      },
    },
  ],
};
