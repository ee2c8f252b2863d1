import type { MetricType } from "../../openmetrics/mod.ts";
import type { ServiceStatus } from "../../report/mod.ts";
import type { MetricConfig } from "../options.ts";
import { histogram } from "./histogram.ts";
import { counter, counterGauge, gauge, rate, summary, temporalPercent, timeElapsed } from "./simple.ts";
import { metadata, serviceCheck } from "./special.ts";
import type { HistogramOptions, Transformer } from "./transformer.ts";

type ServiceCheckConfig = Extract<MetricConfig, { readonly type: "service_check" }>;
type TemporalPercentConfig = Extract<MetricConfig, { readonly type: "temporal_percent" }>;
type Scale = TemporalPercentConfig["scale"];
type StatusMap = ServiceCheckConfig["status_map"];

/** Parts of a second, by the unit's name (`scale` of `temporal_percent`). */
const PARTS_PER_SECOND: Readonly<Record<Extract<Scale, string>, number>> = {
  second: 1,
  millisecond: 1_000,
  microsecond: 1_000_000,
  nanosecond: 1_000_000_000,
};

const STATUSES: Readonly<Record<StatusMap[string], ServiceStatus>> = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 };

/** Whether there is a {@linkcode nativeTransformer} for a type. */
export function isCollected(type: MetricType): boolean {
  return type === "counter" || type === "gauge" || type === "histogram" || type === "summary";
}

/** Whether the configuration of a name leaves the type to the source: there is no {@linkcode namedTransformer} then. */
export function leavesType({ type }: MetricConfig): boolean {
  return type === undefined || type === "native" || type === "native_dynamic";
}

/** The transformer of a family's own type; `undefined` for types that the Agent does not collect. */
export function nativeTransformer(type: MetricType, name: string, options: HistogramOptions): Transformer | undefined {
  switch (type) {
    case "counter":
      return counter(name);
    case "gauge":
      return gauge(name);
    case "histogram":
      return histogram(name, options);
    case "summary":
      return summary(name);
    default:
      return undefined;
  }
}

/** The transformer of what the configuration says of a name; `undefined` where that leaves the type to the source. */
export function namedTransformer(
  name: string,
  config: MetricConfig,
  options: HistogramOptions,
): Transformer | undefined {
  switch (config.type) {
    case undefined:
    case "native":
    case "native_dynamic":
      return undefined;
    case "counter":
    case "gauge":
    case "histogram":
    case "summary":
      return nativeTransformer(config.type, name, options);
    case "counter_gauge":
      return counterGauge(name);
    case "rate":
      return rate(name);
    case "time_elapsed":
      return timeElapsed(name);
    case "temporal_percent":
      return temporalPercent(name, partsPerSecond(config.scale));
    case "metadata":
      return metadata(name, config.label);
    case "service_check":
      return serviceCheck(name, statusMap(config.status_map));
  }
}

function partsPerSecond(scale: Scale): number {
  return typeof scale === "string" ? PARTS_PER_SECOND[scale] : scale;
}

function statusMap(config: StatusMap): Map<number, ServiceStatus> {
  return new Map(Object.entries(config).map(([value, word]) => [Number(value), STATUSES[word]]));
}
