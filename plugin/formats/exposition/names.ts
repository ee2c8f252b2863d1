import type { CatalogueEntry } from "../../catalogue/mod.ts";
import { oneLine } from "../../text/mod.ts";

/**
 * A metric's name in Prometheus, without what its type adds: dots, and whatever else a name cannot hold, become `_`
 * (https://prometheus.io/docs/concepts/data_model/; colons are for recording rules).
 */
export function plainName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_]/g, "_");
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

/**
 * The name of a counter's family, to which samples add `_total`: the Agent's `.count`, and a `_total` that is there
 * already, are left out.
 */
export function counterName(name: string): string {
  const short = name.replace(/(?:\.count|[._]total)$/, "");
  return plainName(short === "" ? name : short);
}

/**
 * The name under which Prometheus has a metric: `torchserve_openmetrics_inference_total` for
 * `torchserve.openmetrics.inference.count`.
 *
 * @param isCounter whether it is a total that only grows
 */
export function exposedName(name: string, isCounter: boolean): string {
  return isCounter ? `${counterName(name)}_total` : plainName(name);
}

/** What HELP says of a metric: its description in the catalogue with its unit, or its own name where it is not there. */
export function helpOf(name: string, entry: CatalogueEntry | undefined): string {
  if (entry === undefined) return oneLine(`${name}, as the configuration asks for it`);
  return entry.unit === "" ? entry.description : `${entry.description} (${plural(entry.unit)})`;
}

/** What HELP says of a service check. */
export function serviceCheckHelp(name: string): string {
  return oneLine(`Service check ${name}: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.`);
}

/** A unit as the catalogue names it, of more than one. */
function plural(unit: string): string {
  return unit === "percent" ? unit : `${unit}s`;
}
