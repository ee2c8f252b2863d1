import { integerBetween } from "./random.ts";
import type { TorchServe } from "./server.ts";
import { workerAt } from "./workers.ts";

const totalMemoryMegabytes = 24_576;
const diskGigabytes = 100;

/**
 * What TorchServe's metric collector does each minute: the host's numbers, and the workers' memory. Only of workers
 * whose process is known.
 */
export function collectSystemMetrics(server: TorchServe): void {
  const { metrics, models, random } = server;
  const used = integerBetween(random, 1_200 * 256, 2_400 * 256) / 256;
  const diskUsed = diskGigabytes * (0.15 + random() / 50);
  const host = ["Host"];
  metrics.update("CPUUtilization", host, integerBetween(random, 0, 400) / 10);
  metrics.update("DiskAvailable", host, diskGigabytes - diskUsed);
  metrics.update("DiskUsage", host, diskUsed);
  metrics.update("DiskUtilization", host, Math.round(10 * (100 * diskUsed) / diskGigabytes) / 10);
  metrics.update("MemoryAvailable", host, totalMemoryMegabytes - used);
  metrics.update("MemoryUsed", host, used);
  metrics.update("MemoryUtilization", host, Math.round(10 * (100 * used) / totalMemoryMegabytes) / 10);
  const nowMs = server.now();
  for (const model of models.all()) {
    for (const worker of model.workers) {
      if (workerAt(worker, nowMs).pid !== -1) worker.memoryUsage = worker.residentBytes;
    }
  }
  models.changed();
}
