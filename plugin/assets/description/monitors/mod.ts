import type { Monitor } from "../monitor.ts";
import { inferenceApiDown, managementApiDown, metricsMissing } from "./down.ts";
import { errorRatio, serverErrors } from "./errors.ts";
import { queueFilling, queueLatency } from "./load.ts";
import { disk, gpuMemory, memory, workerMemoryGrowth } from "./machine.ts";
import { modelHealth, modelRemoved, probe, workersMissing } from "./models.ts";

/** The monitors that are shipped. */
export const MONITORS: readonly Monitor[] = [
  errorRatio,
  serverErrors,
  inferenceApiDown,
  managementApiDown,
  metricsMissing,
  modelHealth,
  probe,
  workersMissing,
  queueFilling,
  queueLatency,
  memory,
  workerMemoryGrowth,
  disk,
  gpuMemory,
  modelRemoved,
];
