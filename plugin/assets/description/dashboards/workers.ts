import type { Group } from "../dashboard.ts";
import { SERVER, VERSION } from "./scopes.ts";

const M = "torchserve.management_api.model";
const BY_VERSION = " by {model_name,model_version}";
/** Queues and numbers of workers are those of one server. */
const BY_SERVED = " by {model_name,model_version,host}";
const BY_WORKER = " by {model_name,model_version,worker_id,host}";

/** Who waits, and who works. */
export const workers: Group = {
  title: "Queues and workers",
  color: "vivid_green",
  widgets: [
    {
      at: [0, 0, 6, 3],
      widget: {
        kind: "time_series",
        title: "Requests that wait",
        meaning: "How many requests are in the queue of each version.",
        needs: ["extended_metrics"],
        queries: { pending: `sum:${M}.queue.pending${VERSION}${BY_VERSION}` },
        series: [{ formula: "pending" }],
        display: "stacked_area",
      },
    },
    {
      at: [6, 0, 6, 3],
      widget: {
        kind: "time_series",
        title: "How full the queues are",
        meaning: "A full queue refuses requests with 503, as a version without workers does.",
        needs: ["extended_metrics"],
        queries: {
          pending: `sum:${M}.queue.pending${VERSION}${BY_SERVED}`,
          remaining: `sum:${M}.queue.remaining${VERSION}${BY_SERVED}`,
        },
        series: [{ formula: "100 * pending / (pending + remaining)" }],
        display: "line",
        unit: "percent",
        isShare: true,
        markers: [{ at: 80, label: "alert of the filling queue", color: "red" }],
      },
    },
    {
      at: [0, 3, 6, 3],
      widget: {
        kind: "time_series",
        title: "Workers",
        meaning: "How many workers there are, and how many there should be at least and at most.",
        queries: {
          current: `sum:${M}.workers.current${VERSION}`,
          min: `sum:${M}.workers.min${VERSION}`,
          max: `sum:${M}.workers.max${VERSION}`,
        },
        series: [
          { label: "there are", formula: "current" },
          { label: "at least", formula: "min", palette: "gray" },
          { label: "at most", formula: "max", palette: "gray" },
        ],
        display: "step",
        events: true,
      },
    },
    {
      at: [6, 3, 6, 3],
      widget: {
        kind: "time_series",
        title: "Workers that are missing",
        meaning: "By how many ready workers a version falls short of its minimum.",
        needs: ["extended_metrics"],
        queries: { missing: `sum:${M}.workers.missing${VERSION}${BY_VERSION}` },
        series: [{ formula: "missing", palette: "warm" }],
        display: "bars",
      },
    },
    {
      at: [0, 6, 8, 4],
      widget: {
        kind: "table",
        title: "Each worker",
        meaning: "State (1 ready, 2 loading, 3 ending, 0 unknown), time since its start and memory of each worker.",
        limit: 50,
        columns: [
          {
            label: "state",
            query: `max:${M}.worker.status${VERSION}${BY_WORKER}`,
            aggregator: "last",
            cell: "number",
            names: { 0: "unknown", 1: "ready", 2: "loading", 3: "ending" },
            steps: [{ color: "yellow" }, { from: 1, color: "green" }, { from: 2, color: "yellow" }],
          },
          {
            label: "up for",
            query: `max:${M}.worker.uptime${VERSION}${BY_WORKER}`,
            aggregator: "last",
            cell: "number",
          },
          {
            label: "memory",
            query: `max:${M}.worker.memory_usage${VERSION}${BY_WORKER}`,
            aggregator: "last",
            cell: "bar",
          },
        ],
      },
    },
    {
      at: [8, 6, 4, 4],
      widget: {
        kind: "top_list",
        title: "Largest workers",
        meaning: "Workers by the memory that they take.",
        queries: { memory: `max:${M}.worker.memory_usage${VERSION} by {model_name,worker_id,host}` },
        formula: "memory",
        aggregator: "last",
        limit: 10,
      },
    },
    {
      at: [0, 10, 6, 3],
      widget: {
        kind: "time_series",
        title: "Memory of the workers by model",
        meaning: "A model whose memory only grows has a leak.",
        queries: { memory: `sum:${M}.worker.memory_usage${VERSION} by {model_name}` },
        series: [{ formula: "memory" }],
        display: "stacked_area",
      },
    },
    {
      at: [6, 10, 6, 3],
      widget: {
        kind: "top_list",
        title: "Slowest starts",
        meaning: "How long the last start of each worker took, until its model was loaded.",
        queries: { load: `max:torchserve.openmetrics.worker.load_time${SERVER} by {worker_name,host}` },
        formula: "load",
        aggregator: "max",
        limit: 10,
      },
    },
    {
      at: [0, 13, 12, 3],
      widget: {
        kind: "time_series",
        title: "Last request",
        meaning:
          "What the last request of any model waited, and what it took in the server's own thread beside the model. Spikes tell of one request alone.",
        needs: ["requests"],
        queries: {
          queue: `avg:torchserve.openmetrics.queue.time${SERVER}`,
          thread: `avg:torchserve.openmetrics.worker.thread_time${SERVER}`,
        },
        series: [{ label: "waited", formula: "queue" }, { label: "thread of the worker", formula: "thread" }],
        display: "line",
      },
    },
  ],
};
