/**
 * What the checks submit, as the tests have seen it: test/unit/assets_emitted.test.ts runs them all and holds this against
 * it (`UPDATE_GOLDEN=1` writes it).
 */
export const EMITTED: Emitted = {
  "metrics": {
    "torchserve.inference_api.probe.latency": [
      "inference_api_url",
      "model_name",
      "model_version",
    ],
    "torchserve.inference_api.request.latency": [
      "inference_api_url",
      "operation",
    ],
    "torchserve.management_api.model.batch_size": [
      "management_api_url",
      "model_name",
      "model_version",
    ],
    "torchserve.management_api.model.is_loaded_at_startup": [
      "management_api_url",
      "model_name",
      "model_version",
    ],
    "torchserve.management_api.model.max_batch_delay": [
      "management_api_url",
      "model_name",
      "model_version",
    ],
    "torchserve.management_api.model.queue.pending": [
      "management_api_url",
      "model_name",
      "model_version",
    ],
    "torchserve.management_api.model.queue.remaining": [
      "management_api_url",
      "model_name",
      "model_version",
    ],
    "torchserve.management_api.model.version.is_default": [
      "management_api_url",
      "model_name",
      "model_version",
    ],
    "torchserve.management_api.model.versions": [
      "management_api_url",
      "model_name",
    ],
    "torchserve.management_api.model.worker.gpu.memory.used": [
      "gpu_id",
      "management_api_url",
      "model_name",
      "model_version",
      "worker_id",
      "worker_pid",
    ],
    "torchserve.management_api.model.worker.gpu.memory.utilization": [
      "gpu_id",
      "management_api_url",
      "model_name",
      "model_version",
      "worker_id",
      "worker_pid",
    ],
    "torchserve.management_api.model.worker.gpu.utilization": [
      "gpu_id",
      "management_api_url",
      "model_name",
      "model_version",
      "worker_id",
      "worker_pid",
    ],
    "torchserve.management_api.model.worker.is_gpu": [
      "management_api_url",
      "model_name",
      "model_version",
      "worker_id",
      "worker_pid",
    ],
    "torchserve.management_api.model.worker.memory_usage": [
      "management_api_url",
      "model_name",
      "model_version",
      "worker_id",
      "worker_pid",
    ],
    "torchserve.management_api.model.worker.status": [
      "management_api_url",
      "model_name",
      "model_version",
      "worker_id",
      "worker_pid",
    ],
    "torchserve.management_api.model.worker.uptime": [
      "management_api_url",
      "model_name",
      "model_version",
      "worker_id",
      "worker_pid",
    ],
    "torchserve.management_api.model.workers.current": [
      "management_api_url",
      "model_name",
      "model_version",
    ],
    "torchserve.management_api.model.workers.max": [
      "management_api_url",
      "model_name",
      "model_version",
    ],
    "torchserve.management_api.model.workers.min": [
      "management_api_url",
      "model_name",
      "model_version",
    ],
    "torchserve.management_api.model.workers.missing": [
      "management_api_url",
      "model_name",
      "model_version",
    ],
    "torchserve.management_api.models": [
      "management_api_url",
    ],
    "torchserve.management_api.request.latency": [
      "management_api_url",
      "operation",
    ],
    "torchserve.openmetrics.cpu.utilization": [
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.disk.available": [
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.disk.used": [
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.disk.utilization": [
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.gpu.memory.used": [
      "DeviceId",
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.gpu.memory.utilization": [
      "DeviceId",
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.gpu.utilization": [
      "DeviceId",
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.handler_time": [
      "endpoint",
      "level",
      "model_name",
    ],
    "torchserve.openmetrics.inference.count": [
      "endpoint",
      "model_name",
      "model_version",
    ],
    "torchserve.openmetrics.inference.latency.count": [
      "endpoint",
      "model_name",
      "model_version",
    ],
    "torchserve.openmetrics.memory.available": [
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.memory.used": [
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.memory.utilization": [
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.prediction_time": [
      "endpoint",
      "level",
      "model_name",
    ],
    "torchserve.openmetrics.queue.latency.count": [
      "endpoint",
      "model_name",
      "model_version",
    ],
    "torchserve.openmetrics.queue.time": [
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.requests.2xx.count": [
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.requests.4xx.count": [
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.requests.5xx.count": [
      "endpoint",
      "level",
    ],
    "torchserve.openmetrics.worker.load_time": [
      "endpoint",
      "level",
      "worker_name",
    ],
    "torchserve.openmetrics.worker.thread_time": [
      "endpoint",
      "level",
    ],
  },
  "service_checks": {
    "torchserve.inference_api.health": [
      "inference_api_url",
    ],
    "torchserve.inference_api.probe": [
      "inference_api_url",
      "model_name",
      "model_version",
    ],
    "torchserve.management_api.health": [
      "management_api_url",
    ],
    "torchserve.management_api.model.health": [
      "management_api_url",
      "model_name",
      "model_version",
    ],
    "torchserve.openmetrics.health": [
      "endpoint",
    ],
  },
};

interface Emitted {
  /** Names of the tags that each metric has, besides those of the instance, by its name. */
  readonly metrics: Readonly<Record<string, readonly string[]>>;
  readonly service_checks: Readonly<Record<string, readonly string[]>>;
}
