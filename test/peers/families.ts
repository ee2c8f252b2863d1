/** What kind of label sets a family has. */
export type LabelKind = "none" | "host" | "level" | "model" | "worker" | "request" | "device" | "state";

/** A family that payloads may have. */
export interface FamilyPlan {
  /** Without a counter's `_total`. */
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram" | "summary" | "unknown" | "stateset" | "info" | "gaugehistogram";
  readonly labels: LabelKind;
  readonly unit?: string;
}

/** TorchServe's own, as 0.12 exposes them. */
export const TORCHSERVE_FAMILIES: readonly FamilyPlan[] = [
  { name: "CPUUtilization", type: "gauge", labels: "host" },
  { name: "DiskAvailable", type: "gauge", labels: "host" },
  { name: "MemoryUsed", type: "gauge", labels: "host" },
  { name: "GPUUtilization", type: "gauge", labels: "device" },
  { name: "HandlerTime", type: "gauge", labels: "model" },
  { name: "PredictionTime", type: "gauge", labels: "model" },
  { name: "QueueTime", type: "gauge", labels: "level" },
  { name: "WorkerLoadTime", type: "gauge", labels: "worker" },
  { name: "WorkerThreadTime", type: "gauge", labels: "level" },
  { name: "Requests2XX", type: "counter", labels: "level" },
  { name: "Requests4XX", type: "counter", labels: "level" },
  { name: "Requests5XX", type: "counter", labels: "level" },
  { name: "ts_inference_requests", type: "counter", labels: "model" },
  { name: "ts_inference_latency_microseconds", type: "counter", labels: "model" },
  { name: "ts_queue_latency_microseconds", type: "counter", labels: "model" },
];

/** What custom handlers and sidecars expose besides, reached by `extra_metrics`. */
export const OTHER_FAMILIES: readonly FamilyPlan[] = [
  { name: "request_duration_seconds", type: "histogram", labels: "request", unit: "seconds" },
  { name: "batch_size_bytes", type: "histogram", labels: "model", unit: "bytes" },
  { name: "score_error", type: "histogram", labels: "none" },
  { name: "preprocess_seconds", type: "summary", labels: "model", unit: "seconds" },
  { name: "rpc_duration_seconds", type: "summary", labels: "none", unit: "seconds" },
  { name: "http_requests", type: "counter", labels: "request" },
  { name: "tokens", type: "counter", labels: "model" },
  { name: "gc_time_ms", type: "counter", labels: "none" },
  { name: "queue_depth", type: "gauge", labels: "model" },
  { name: "temperature_celsius", type: "gauge", labels: "device", unit: "celsius" },
  { name: "worker_state", type: "gauge", labels: "worker" },
  { name: "node_state", type: "gauge", labels: "none" },
  { name: "last_request_time", type: "gauge", labels: "model" },
  { name: "process_start_time_seconds", type: "gauge", labels: "none", unit: "seconds" },
  { name: "build_version", type: "gauge", labels: "state" },
  { name: "model_labels", type: "gauge", labels: "model" },
  { name: "node_labels", type: "gauge", labels: "host" },
  { name: "target_info", type: "gauge", labels: "state" },
  { name: "cache_entries", type: "unknown", labels: "model" },
  { name: "cache_hits", type: "unknown", labels: "none" },
];

/** Types that only OpenMetrics has. */
export const OPENMETRICS_FAMILIES: readonly FamilyPlan[] = [
  { name: "server_mode", type: "stateset", labels: "none" },
  { name: "build", type: "info", labels: "state" },
  { name: "inflight_seconds", type: "gaugehistogram", labels: "none", unit: "seconds" },
];
