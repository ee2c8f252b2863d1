import type { MetricType } from "../openmetrics/mod.ts";

/**
 * What the names on the page have behind the name of the family (OpenMetrics 1.0, "Suffixes"), for the types of which a
 * page shows no other name: who reads the page knows only that one.
 */
const SUFFIXES: Readonly<Partial<Record<MetricType, string>>> = { counter: "_total", info: "_info" };

/** The name that a family's samples have on the page, where it is not the family's: `requests_total` of `requests`. */
export function exposedName(name: string, type: MetricType): string | undefined {
  const suffix = SUFFIXES[type];
  return suffix === undefined ? undefined : name + suffix;
}

/** What of something kept by exposed names belongs to a family: its exposed name says more than the family's. */
export function byExposedName<Value>(
  values: ReadonlyMap<string, Value>,
  name: string,
  type: MetricType,
): Value | undefined {
  const exposed = exposedName(name, type);
  return (exposed === undefined ? undefined : values.get(exposed)) ?? values.get(name);
}
