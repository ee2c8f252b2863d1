import { doubleToString, hashMapOrder, hashOfStrings } from "./java.ts";

type Dimensions = readonly string[];

interface FamilySpec {
  readonly type: "counter" | "gauge";
  readonly unit: string;
  readonly dimensions: Dimensions;
  /** Model metrics come from the Python workers, and go to another log. */
  readonly model?: true;
}

const host = ["Level", "Hostname"];
const device = ["Level", "DeviceId", "Hostname"];
const served = ["model_name", "model_version", "hostname"];
const handled = ["ModelName", "Level", "Hostname"];

/**
 * TorchServe 0.12's metrics (`ts/configs/metrics.yaml`). The order is one that a real server showed; it follows from
 * Java's identity hashes, and another start may give another one.
 */
const families = {
  MemoryAvailable: { type: "gauge", unit: "Megabytes", dimensions: host },
  GPUMemoryUtilization: { type: "gauge", unit: "Percent", dimensions: device },
  HandlerTime: { type: "gauge", unit: "ms", dimensions: handled, model: true },
  Requests5XX: { type: "counter", unit: "Count", dimensions: host },
  DiskUtilization: { type: "gauge", unit: "Percent", dimensions: host },
  DiskUsage: { type: "gauge", unit: "Gigabytes", dimensions: host },
  WorkerLoadTime: { type: "gauge", unit: "Milliseconds", dimensions: ["WorkerName", "Level", "Hostname"] },
  PredictionTime: { type: "gauge", unit: "ms", dimensions: handled, model: true },
  ts_inference_requests_total: { type: "counter", unit: "Count", dimensions: served },
  MemoryUtilization: { type: "gauge", unit: "Percent", dimensions: host },
  Requests2XX: { type: "counter", unit: "Count", dimensions: host },
  MemoryUsed: { type: "gauge", unit: "Megabytes", dimensions: host },
  GPUUtilization: { type: "gauge", unit: "Percent", dimensions: device },
  Requests4XX: { type: "counter", unit: "Count", dimensions: host },
  CPUUtilization: { type: "gauge", unit: "Percent", dimensions: host },
  ts_inference_latency_microseconds: { type: "counter", unit: "Microseconds", dimensions: served },
  QueueTime: { type: "gauge", unit: "Milliseconds", dimensions: host },
  DiskAvailable: { type: "gauge", unit: "Gigabytes", dimensions: host },
  GPUMemoryUsed: { type: "gauge", unit: "Megabytes", dimensions: device },
  WorkerThreadTime: { type: "gauge", unit: "Milliseconds", dimensions: host },
  ts_queue_latency_microseconds: { type: "counter", unit: "Microseconds", dimensions: served },
} as const satisfies Record<string, FamilySpec>;

export type FamilyName = keyof typeof families;

/** The unit of each metric, in TorchServe's words. */
export const metricUnits: ReadonlyMap<string, string> = new Map(
  Object.entries(families).map(([name, { unit }]) => [name, unit]),
);

interface Sample {
  readonly values: Dimensions;
  value: number;
}

/**
 * Where metrics go: `prometheus`, to the metrics API; `log`, TorchServe's own default, to `ts_metrics.log` and
 * `model_metrics.log` (the API then responds with 200 and no body); `legacy`, three of them to the API and the others to the
 * logs.
 */
export type MetricsMode = "prometheus" | "log" | "legacy";

/** Takes a metric's line, in the format of the metric logs. */
export type MetricLog = (file: "ts_metrics" | "model_metrics", line: string) => void;

/** The metrics that `legacy` mode keeps for the metrics API. */
const legacyFamilies: ReadonlySet<string> = new Set([
  "ts_inference_requests_total",
  "ts_inference_latency_microseconds",
  "ts_queue_latency_microseconds",
]);

export interface MetricsOptions {
  readonly hostname: string;
  readonly now: () => number;
  readonly mode: MetricsMode;
  /** Takes the lines of `log` and `legacy` mode. */
  readonly log: MetricLog;
}

/** TorchServe's metrics: each kept for the metrics API or written to a log, as the mode says. */
export class Metrics {
  readonly #samples = new Map<FamilyName, Map<string, Sample>>();

  constructor(private readonly options: MetricsOptions) {}

  /**
   * Adds to a counter or sets a gauge.
   *
   * @param dimensions Values of the family's dimensions without the last one, which is the host's name.
   * @param requestId Stands in the log's line of a model metric.
   */
  update(name: FamilyName, dimensions: Dimensions, value: number, requestId?: string): void {
    const family: FamilySpec = families[name];
    if (!this.#isKept(name)) {
      const file = family.model === true ? "model_metrics" : "ts_metrics";
      this.options.log(file, this.#line(name, family, dimensions, value, requestId));
      return;
    }
    let samples = this.#samples.get(name);
    if (samples === undefined) this.#samples.set(name, samples = new Map());
    const key = dimensions.join("\0");
    const sample = samples.get(key);
    if (sample === undefined) samples.set(key, { values: [...dimensions, this.options.hostname], value });
    else sample.value = family.type === "counter" ? sample.value + value : value;
  }

  /** The value kept for a family's sample. */
  value(name: FamilyName, dimensions: Dimensions): number | undefined {
    return this.#samples.get(name)?.get(dimensions.join("\0"))?.value;
  }

  /**
   * The text of the metrics API, in Prometheus' format 0.0.4 with the trailing commas of its Java client. `log` mode
   * gives an empty text.
   *
   * @param names Names of **samples** to show, as `name[]` gives them; none: all families, also those without samples.
   */
  render(names: readonly string[] = []): string {
    const wanted = new Set(names);
    let text = "";
    for (const [name, family] of Object.entries(families) as [FamilyName, FamilySpec][]) {
      if (!this.#isKept(name) || wanted.size > 0 && !wanted.has(name)) continue;
      const samples = [...this.#samples.get(name)?.values() ?? []];
      if (wanted.size > 0 && samples.length === 0) continue;
      text += `# HELP ${name} Torchserve prometheus ${family.type} metric with unit: ${family.unit}\n` +
        `# TYPE ${name} ${family.type}\n`;
      for (const { values, value } of hashMapOrder(samples, ({ values }) => hashOfStrings(values))) {
        const labels = values.map((each, i) => `${family.dimensions[i]}="${escapeLabel(each)}",`).join("");
        text += `${name}{${labels}} ${doubleToString(value)}\n`;
      }
    }
    return text;
  }

  #isKept(name: string): boolean {
    const { mode } = this.options;
    return mode === "prometheus" || mode === "legacy" && legacyFamilies.has(name);
  }

  #line(name: string, family: FamilySpec, values: Dimensions, value: number, requestId: string | undefined): string {
    const nowMs = this.options.now();
    const labels = values.map((each, i) => `${family.dimensions[i]}:${each}`).join(",");
    const request = requestId === undefined ? "" : `,requestID:${requestId}`;
    // log4j's ISO8601 has a comma before the milliseconds; the emulator's time zone is UTC.
    const time = new Date(nowMs).toISOString().slice(0, 23).replace(".", ",");
    return `${time} - ${name}.${family.unit}:${doubleToString(value)}|#${labels}|#hostname:${this.options.hostname}` +
      `${request},timestamp:${Math.floor(nowMs / 1000)}\n`;
  }
}

function escapeLabel(value: string): string {
  return /[\\"\n]/.test(value) ? value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n") : value;
}
