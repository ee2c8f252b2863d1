import type { Group } from "../dashboard.ts";
import { SERVER, VERSION } from "./scopes.ts";

const O = "torchserve.openmetrics.gpu";
const W = "torchserve.management_api.model.worker";
const BY_DEVICE = " by {host,deviceid}";
const BY_WORKER = " by {model_name,worker_id,gpu_id,host}";

/** Empty on a machine without GPU. */
export const gpu: Group = {
  title: "GPU",
  color: "vivid_green",
  widgets: [
    {
      at: [0, 0, 6, 3],
      widget: {
        kind: "time_series",
        title: "How busy the GPUs are",
        meaning: "A busy GPU is a well used one: no monitor watches it.",
        needs: ["gpu"],
        queries: { busy: `avg:${O}.utilization${SERVER}${BY_DEVICE}` },
        series: [{ formula: "busy" }],
        display: "line",
        isShare: true,
      },
    },
    {
      at: [6, 0, 6, 3],
      widget: {
        kind: "time_series",
        title: "How full the memory of the GPUs is",
        meaning: "A model that does not fit is not loaded: its worker crashes over and over.",
        needs: ["gpu"],
        queries: { full: `max:${O}.memory.utilization${SERVER}${BY_DEVICE}` },
        series: [{ formula: "full" }],
        display: "line",
        isShare: true,
        markers: [{ at: 95, label: "alert of the memory of a GPU", color: "red" }],
      },
    },
    {
      at: [0, 3, 6, 3],
      widget: {
        kind: "time_series",
        title: "Memory of the GPUs in use",
        meaning: "Of each GPU.",
        needs: ["gpu"],
        queries: { used: `max:${O}.memory.used${SERVER}${BY_DEVICE}` },
        series: [{ formula: "used", palette: "cool" }],
        display: "stacked_area",
      },
    },
    {
      at: [6, 3, 6, 3],
      widget: {
        kind: "table",
        title: "GPU of each worker",
        meaning: "How busy each worker keeps its GPU, and what it takes of its memory.",
        needs: ["extended_metrics", "gpu"],
        limit: 50,
        columns: [
          { label: "busy", query: `max:${W}.gpu.utilization${VERSION}${BY_WORKER}`, aggregator: "last", cell: "bar" },
          {
            label: "memory",
            query: `max:${W}.gpu.memory.utilization${VERSION}${BY_WORKER}`,
            aggregator: "last",
            cell: "bar",
          },
          {
            label: "memory in use",
            query: `max:${W}.gpu.memory.used${VERSION}${BY_WORKER}`,
            aggregator: "last",
            cell: "number",
          },
        ],
      },
    },
    {
      at: [0, 6, 12, 2],
      widget: {
        kind: "time_series",
        title: "Workers on a GPU by model",
        meaning: "Zero where a model runs on the processor: on a server with GPUs that is often a mistake.",
        queries: { workers: `sum:${W}.is_gpu${VERSION} by {model_name}` },
        series: [{ formula: "workers" }],
        display: "step",
      },
    },
  ],
};
