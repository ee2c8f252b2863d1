import type { MetricType } from "../../openmetrics/mod.ts";
import type { ServiceStatus } from "../../report/mod.ts";
import type { MetricConfig } from "../options.ts";
import { histogram } from "./histogram.ts";
import { counter, counterGauge, gauge, rate, summary, temporalPercent, timeElapsed } from "./simple.ts";
import { metadata, serviceCheck } from "./special.ts";
import type { HistogramOptions, Transformer } from "./transformer.ts";

/** Parts of a second, by the unit's name (`scale` of `temporal_percent`). */
const PARTS_PER_SECOND: Readonly<Record<string, number>> = {
  second: 1,
  millisecond: 1_000,
  microsecond: 1_000_000,
  nanosecond: 1_000_000_000,
};

const STATUSES: Readonly<Record<string, ServiceStatus>> = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 };

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

/**
 * The transformer of a type that the configuration names.
 *
 * @throws {RangeError} for an unknown type or a missing option of it; the config stage says so before
 */
export function namedTransformer(
  type: string,
  name: string,
  config: MetricConfig,
  options: HistogramOptions,
): Transformer {
  switch (type) {
    case "counter":
    case "gauge":
    case "histogram":
    case "summary": {
      const native = nativeTransformer(type, name, options);
      if (native !== undefined) return native;
      break;
    }
    case "counter_gauge":
      return counterGauge(name);
    case "rate":
      return rate(name);
    case "time_elapsed":
      return timeElapsed(name);
    case "temporal_percent":
      return temporalPercent(name, partsPerSecond(config.scale));
    case "metadata":
      if (config.label) return metadata(name, config.label);
      throw new RangeError(`metric ${name}: type metadata needs a label`);
    case "service_check":
      return serviceCheck(name, statusMap(name, config.status_map));
  }
  throw new RangeError(`metric ${name}: unknown type ${type}`);
}

function partsPerSecond(scale: string | number | undefined): number {
  const parts = typeof scale === "string" ? PARTS_PER_SECOND[scale.toLowerCase()] : scale;
  if (parts === undefined) throw new RangeError(`scale must be one of ${Object.keys(PARTS_PER_SECOND).join(", ")}`);
  return parts;
}

function statusMap(name: string, config: Readonly<Record<string, string>> | undefined): Map<number, ServiceStatus> {
  const statuses = new Map<number, ServiceStatus>();
  for (const [value, word] of Object.entries(config ?? {})) {
    const status = STATUSES[word.toUpperCase()];
    if (status === undefined) throw new RangeError(`metric ${name}: status_map has no status ${word}`);
    statuses.set(Number(value), status);
  }
  return statuses;
}
