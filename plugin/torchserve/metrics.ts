/**
 * TorchServe's own metrics: exposed names and what follows `torchserve.openmetrics.`
 * (https://pytorch.org/serve/metrics.html; units and meaning are in metadata.csv). Counters stand here without the
 * `.count` that they are submitted with.
 */
export const TORCHSERVE_METRICS: Readonly<Record<string, string>> = {
  CPUUtilization: "cpu.utilization",
  DiskAvailable: "disk.available",
  DiskUsage: "disk.used",
  DiskUtilization: "disk.utilization",
  GPUMemoryUsed: "gpu.memory.used",
  GPUMemoryUtilization: "gpu.memory.utilization",
  GPUUtilization: "gpu.utilization",
  HandlerTime: "handler_time",
  MemoryAvailable: "memory.available",
  MemoryUsed: "memory.used",
  MemoryUtilization: "memory.utilization",
  PredictionTime: "prediction_time",
  QueueTime: "queue.time",
  Requests2XX: "requests.2xx",
  Requests4XX: "requests.4xx",
  Requests5XX: "requests.5xx",
  WorkerLoadTime: "worker.load_time",
  WorkerThreadTime: "worker.thread_time",
  ts_inference_latency_microseconds: "inference.latency",
  ts_inference_requests: "inference",
  ts_queue_latency_microseconds: "queue.latency",
};
