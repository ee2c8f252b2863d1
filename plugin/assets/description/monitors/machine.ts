import type { MetricMonitor } from "../monitor.ts";

const O = "torchserve.openmetrics";

/** Before the system kills a worker. */
export const memory = {
  kind: "metric",
  key: "memory",
  title: "Memory runs out",
  description: "The memory of a machine was more than 95 % full for 15 minutes: the system will end a worker next.",
  query: `min(last_15m):avg:${O}.memory.utilization{*} by {host} > 95`,
  thresholds: { critical: 95, warning: 90, critical_recovery: 92, warning_recovery: 87 },
  priority: 2,
  severity: "critical",
  prometheus: { forMinutes: 15 },
  message: {
    what: "The memory of {{host.name}} has been too full for 15 minutes, {{value}} %; the limit is 95 %.",
    why: [
      "the memory of a model's workers grows: a leak",
      "there are more workers than the machine can hold",
      "another program takes it",
    ],
    todo: [
      "find the worker that grows, and start it anew: scale the model to 0 and back (PUT /models/NAME?min_worker=0)",
      "ask for fewer workers, or move a model to another machine",
    ],
    where: ["dashboard TorchServe - Overview: Largest workers, Memory of the workers by model"],
  },
} as const satisfies MetricMonitor;

/** A leak, long before memory runs out. */
export const workerMemoryGrowth = {
  kind: "metric",
  key: "worker_memory_growth",
  title: "The workers of a model grow",
  description: "The workers of a model take half as much memory again, on average, as a day ago: they may leak.",
  query:
    "pct_change(avg(last_1h),last_1d):avg:torchserve.management_api.model.worker.memory_usage{*} by {host,model_name} > 50",
  thresholds: { critical: 50, warning: 25, critical_recovery: 20, warning_recovery: 15 },
  priority: 4,
  severity: "info",
  prometheus: { forMinutes: 30 },
  message: {
    what:
      "A worker of the model {{model_name.name}} on {{host.name}} takes {{value}} % more memory on average than a day ago.",
    why: [
      "the handler keeps what it should let go",
      "a larger version came, or users did after an idle day: then all is well",
    ],
    todo: [
      "see whether another version was deployed since yesterday",
      "otherwise watch one worker for some hours, and start it anew if it only grows",
    ],
    where: ["dashboard TorchServe - Models: Memory by worker"],
  },
} as const satisfies MetricMonitor;

/** Logs and models fill disks. */
export const disk = {
  kind: "metric",
  key: "disk",
  title: "The disk fills up",
  description:
    "The disk that TorchServe runs on was more than 95 % full for 15 minutes: it cannot write logs nor load models then.",
  query: `min(last_15m):max:${O}.disk.utilization{*} by {host} > 95`,
  thresholds: { critical: 95, warning: 90, critical_recovery: 92, warning_recovery: 87 },
  priority: 2,
  severity: "warning",
  prometheus: { forMinutes: 15 },
  message: {
    what: "The disk of TorchServe on {{host.name}} has been too full for 15 minutes, {{value}} %; the limit is 95 %.",
    why: [
      "logs grow: access_log.log and ts_log.log are rotated by log4j2.xml alone",
      "the model store keeps old archives",
      "temporary folders of models are left behind",
    ],
    todo: ["remove what is old in the logs' folder and in the model store", "let log4j2.xml keep fewer files"],
    where: ["dashboard TorchServe - Overview, group Host", "log4j2.xml and model_store in config.properties"],
  },
} as const satisfies MetricMonitor;

/** Not how busy a GPU is, which is what it is for. */
export const gpuMemory = {
  kind: "metric",
  key: "gpu_memory",
  title: "The memory of a GPU runs out",
  description:
    "The memory of a GPU was more than 95 % full for 15 minutes: the next model or a larger batch will not fit.",
  query: `min(last_15m):max:${O}.gpu.memory.utilization{*} by {host,deviceid} > 95`,
  thresholds: { critical: 95, warning: 90, critical_recovery: 92, warning_recovery: 87 },
  priority: 3,
  severity: "warning",
  needs: "gpu",
  prometheus: { forMinutes: 15 },
  message: {
    what:
      "The memory of GPU {{deviceid.name}} on {{host.name}} has been too full for 15 minutes, {{value}} %; the limit is 95 %.",
    why: [
      "too many workers share it",
      "batches are larger than they were",
      "a worker keeps tensors that it does not need",
    ],
    todo: ["use fewer workers on it, or smaller batches", "start the worker anew that grows"],
    where: ["dashboard TorchServe - Overview, group GPU"],
  },
} as const satisfies MetricMonitor;
