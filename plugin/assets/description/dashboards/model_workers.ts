import type { Group } from "../dashboard.ts";
import { VERSION } from "./scopes.ts";
import { workers } from "./workers.ts";

const M = "torchserve.management_api.model";
const BY_VERSION = " by {model_version}";
const ofAllModels = (title: string) => {
  const found = workers.widgets.find(({ widget }) => widget.kind !== "note" && widget.title === title);
  if (found === undefined) throw new Error(`no widget ${title}`);
  return found.widget;
};

/** The queue and the workers of the chosen model, version by version. */
export const modelWorkers: Group = {
  title: "Queue and workers",
  color: "vivid_green",
  widgets: [
    { at: [0, 0, 6, 3], widget: ofAllModels("Requests that wait") },
    { at: [6, 0, 6, 3], widget: ofAllModels("How full the queues are") },
    {
      at: [0, 3, 6, 3],
      widget: {
        kind: "time_series",
        title: "Workers by version",
        meaning: "How many workers each version has, and how many it should have at least.",
        queries: {
          current: `sum:${M}.workers.current${VERSION}${BY_VERSION}`,
          min: `sum:${M}.workers.min${VERSION}${BY_VERSION}`,
        },
        series: [{ label: "there are", formula: "current" }, { label: "at least", formula: "min", palette: "gray" }],
        display: "step",
        events: true,
      },
    },
    { at: [6, 3, 6, 3], widget: ofAllModels("Workers that are missing") },
    { at: [0, 6, 12, 4], widget: ofAllModels("Each worker") },
    {
      at: [0, 10, 6, 3],
      widget: {
        kind: "time_series",
        title: "Memory by worker",
        meaning: "A worker whose memory only grows has a leak.",
        queries: { memory: `max:${M}.worker.memory_usage${VERSION} by {model_version,worker_id,host}` },
        series: [{ formula: "memory" }],
        display: "line",
      },
    },
    {
      at: [6, 10, 6, 3],
      widget: {
        kind: "time_series",
        title: "GPU memory by worker",
        meaning: "What each worker takes of the memory of its GPU.",
        needs: ["extended_metrics", "gpu"],
        queries: { used: `max:${M}.worker.gpu.memory.used${VERSION} by {worker_id,gpu_id,host}` },
        series: [{ formula: "used" }],
        display: "line",
      },
    },
  ],
};
