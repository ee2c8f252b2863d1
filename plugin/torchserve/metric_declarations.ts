/** What a server's `metrics.yaml` says of a metric. */
export interface MetricDeclaration {
  readonly kind: "counter" | "gauge" | "histogram";
  /** What the metrics endpoint calls the label with the host's name. */
  readonly hostLabel: string;
}

/** What the host's name is called in the metrics of models, in which TorchServe adds it. */
export const MODEL_HOST_LABEL = "Hostname";

const counter: MetricDeclaration = { kind: "counter", hostLabel: "Hostname" };
const gauge: MetricDeclaration = { kind: "gauge", hostLabel: "Hostname" };
const modelCounter: MetricDeclaration = { kind: "counter", hostLabel: "hostname" };

/** What TorchServe's own `metrics.yaml` says (0.12.0, `ts/configs/metrics.yaml`), by the name in its logs. */
export const DEFAULT_DECLARATIONS: ReadonlyMap<string, MetricDeclaration> = new Map([
  ["Requests2XX", counter],
  ["Requests4XX", counter],
  ["Requests5XX", counter],
  ["ts_inference_requests_total", modelCounter],
  ["ts_inference_latency_microseconds", modelCounter],
  ["ts_queue_latency_microseconds", modelCounter],
  ["QueueTime", gauge],
  ["WorkerThreadTime", gauge],
  ["WorkerLoadTime", gauge],
  ["CPUUtilization", gauge],
  ["MemoryUsed", gauge],
  ["MemoryAvailable", gauge],
  ["MemoryUtilization", gauge],
  ["DiskUsage", gauge],
  ["DiskUtilization", gauge],
  ["DiskAvailable", gauge],
  ["GPUMemoryUtilization", gauge],
  ["GPUMemoryUsed", gauge],
  ["GPUUtilization", gauge],
  ["HandlerTime", gauge],
  ["PredictionTime", gauge],
]);
