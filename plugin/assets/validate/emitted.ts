/**
 * What the checks submit, as the tests have seen it: test/unit/assets_emitted.test.ts runs them all and holds this against
 * it (`UPDATE_GOLDEN=1` writes it).
 */
export const EMITTED: Emitted = {
  "metrics": {
    "torchserve.inference_api.probe.latency": {
      "type": "gauge",
      "tags": [
        "inference_api_url",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.inference_api.request.latency": {
      "type": "gauge",
      "tags": [
        "inference_api_url",
        "operation",
      ],
    },
    "torchserve.management_api.model.batch_size": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.management_api.model.is_loaded_at_startup": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.management_api.model.max_batch_delay": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.management_api.model.queue.pending": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.management_api.model.queue.remaining": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.management_api.model.version.is_default": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.management_api.model.versions": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
      ],
    },
    "torchserve.management_api.model.worker.gpu.memory.used": {
      "type": "gauge",
      "tags": [
        "gpu_id",
        "management_api_url",
        "model_name",
        "model_version",
        "worker_id",
        "worker_pid",
      ],
    },
    "torchserve.management_api.model.worker.gpu.memory.utilization": {
      "type": "gauge",
      "tags": [
        "gpu_id",
        "management_api_url",
        "model_name",
        "model_version",
        "worker_id",
        "worker_pid",
      ],
    },
    "torchserve.management_api.model.worker.gpu.utilization": {
      "type": "gauge",
      "tags": [
        "gpu_id",
        "management_api_url",
        "model_name",
        "model_version",
        "worker_id",
        "worker_pid",
      ],
    },
    "torchserve.management_api.model.worker.is_gpu": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
        "worker_id",
        "worker_pid",
      ],
    },
    "torchserve.management_api.model.worker.memory_usage": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
        "worker_id",
        "worker_pid",
      ],
    },
    "torchserve.management_api.model.worker.status": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
        "worker_id",
        "worker_pid",
      ],
    },
    "torchserve.management_api.model.worker.uptime": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
        "worker_id",
        "worker_pid",
      ],
    },
    "torchserve.management_api.model.workers.current": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.management_api.model.workers.max": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.management_api.model.workers.min": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.management_api.model.workers.missing": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.management_api.models": {
      "type": "gauge",
      "tags": [
        "management_api_url",
      ],
    },
    "torchserve.management_api.request.latency": {
      "type": "gauge",
      "tags": [
        "management_api_url",
        "operation",
      ],
    },
    "torchserve.openmetrics.cpu.utilization": {
      "type": "gauge",
      "unit": "percent",
      "tags": [
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.disk.available": {
      "type": "gauge",
      "unit": "gigabyte",
      "tags": [
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.disk.used": {
      "type": "gauge",
      "unit": "gigabyte",
      "tags": [
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.disk.utilization": {
      "type": "gauge",
      "unit": "percent",
      "tags": [
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.gpu.memory.used": {
      "type": "gauge",
      "unit": "megabyte",
      "tags": [
        "DeviceId",
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.gpu.memory.utilization": {
      "type": "gauge",
      "unit": "percent",
      "tags": [
        "DeviceId",
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.gpu.utilization": {
      "type": "gauge",
      "unit": "percent",
      "tags": [
        "DeviceId",
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.handler_time": {
      "type": "gauge",
      "unit": "millisecond",
      "tags": [
        "endpoint",
        "level",
        "model_name",
      ],
    },
    "torchserve.openmetrics.inference.count": {
      "type": "count",
      "unit": "request",
      "tags": [
        "endpoint",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.openmetrics.inference.latency.count": {
      "type": "count",
      "unit": "microsecond",
      "tags": [
        "endpoint",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.openmetrics.memory.available": {
      "type": "gauge",
      "unit": "megabyte",
      "tags": [
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.memory.used": {
      "type": "gauge",
      "unit": "megabyte",
      "tags": [
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.memory.utilization": {
      "type": "gauge",
      "unit": "percent",
      "tags": [
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.prediction_time": {
      "type": "gauge",
      "unit": "millisecond",
      "tags": [
        "endpoint",
        "level",
        "model_name",
      ],
    },
    "torchserve.openmetrics.queue.latency.count": {
      "type": "count",
      "unit": "microsecond",
      "tags": [
        "endpoint",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.openmetrics.queue.time": {
      "type": "gauge",
      "unit": "millisecond",
      "tags": [
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.requests.2xx.count": {
      "type": "count",
      "unit": "request",
      "tags": [
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.requests.4xx.count": {
      "type": "count",
      "unit": "request",
      "tags": [
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.requests.5xx.count": {
      "type": "count",
      "unit": "request",
      "tags": [
        "endpoint",
        "level",
      ],
    },
    "torchserve.openmetrics.worker.load_time": {
      "type": "gauge",
      "unit": "millisecond",
      "tags": [
        "endpoint",
        "level",
        "worker_name",
      ],
    },
    "torchserve.openmetrics.worker.thread_time": {
      "type": "gauge",
      "unit": "millisecond",
      "tags": [
        "endpoint",
        "level",
      ],
    },
  },
  "service_checks": {
    "torchserve.inference_api.health": {
      "statuses": [
        "ok",
        "warning",
        "critical",
      ],
      "tags": [
        "inference_api_url",
      ],
    },
    "torchserve.inference_api.probe": {
      "statuses": [
        "ok",
        "critical",
        "unknown",
      ],
      "tags": [
        "inference_api_url",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.management_api.health": {
      "statuses": [
        "ok",
        "critical",
      ],
      "tags": [
        "management_api_url",
      ],
    },
    "torchserve.management_api.model.health": {
      "statuses": [
        "ok",
        "warning",
        "critical",
      ],
      "tags": [
        "management_api_url",
        "model_name",
        "model_version",
      ],
    },
    "torchserve.openmetrics.health": {
      "statuses": [
        "ok",
        "warning",
        "critical",
      ],
      "tags": [
        "endpoint",
      ],
    },
  },
  "events": {
    "A model has been removed": [
      "management_api_url",
      "model_name",
    ],
    "A new default version has been set for a model": [
      "management_api_url",
      "model_name",
    ],
    "A new model has been added": [
      "management_api_url",
      "model_name",
    ],
  },
};

interface Emitted {
  readonly metrics: Readonly<Record<string, EmittedMetric>>;
  readonly service_checks: Readonly<Record<string, EmittedCheck>>;
  /** Names of the tags of each event, by its title. */
  readonly events: Readonly<Record<string, readonly string[]>>;
}

export interface EmittedMetric {
  readonly type: string;
  /** That TorchServe itself gives; absent where it gives none. */
  readonly unit?: string;
  /** Names of its tags besides those of the instance. */
  readonly tags: readonly string[];
}

interface EmittedCheck {
  /** Those that were seen. */
  readonly statuses: readonly string[];
  readonly tags: readonly string[];
}
