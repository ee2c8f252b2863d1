import type { Group } from "../dashboard.ts";
import { MODEL, SERVER, VERSION } from "./scopes.ts";

const M = "torchserve.management_api.model";
const column = (label: string, name: string) => ({
  label,
  query: `max:${M}.${name}${VERSION} by {model_name,model_version,host}`,
  aggregator: "last",
  cell: "number",
} as const);

const YES_OR_NO = { 0: "no", 1: "yes" };

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
        meaning: "Which version answers requests without one (default 1), and how each is configured, on each host.",
        limit: 100,
        columns: [
          {
            ...column("default", "version.is_default"),
            names: YES_OR_NO,
            steps: [{ color: "gray" }, { from: 1, color: "green" }],
          },
          column("workers", "workers.current"),
          column("at least", "workers.min"),
          column("at most", "workers.max"),
          column("batch size", "batch_size"),
          column("batch delay", "max_batch_delay"),
          { ...column("loaded at start", "is_loaded_at_startup"), names: YES_OR_NO },
        ],
      },
    },
    {
      at: [0, 4, 6, 3],
      widget: {
        kind: "time_series",
        title: "Models",
        meaning: "How many models each host has registered. Where replicas should be alike, so should the lines.",
        queries: { models: `max:torchserve.management_api.models${SERVER} by {host}` },
        series: [{ formula: "models" }],
        display: "step",
        events: true,
      },
    },
    {
      at: [6, 4, 6, 3],
      widget: {
        kind: "time_series",
        title: "Versions by model",
        meaning: "How many versions each model has, on the host that has the most.",
        queries: { versions: `max:${M}.versions${MODEL} by {model_name}` },
        series: [{ formula: "versions" }],
        display: "step",
        events: true,
      },
    },
  ],
};
