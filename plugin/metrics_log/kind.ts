/** What the values of a metric's lines are: increments, values, or observations. */
export type Kind = "counter" | "gauge" | "histogram";

/** What a server's configuration says of a metric. */
export interface Declaration {
  readonly kind: Kind;
  /** What the metrics endpoint calls the label with the host's name. */
  readonly hostLabel: string;
}

/** What the endpoint calls the host's name in a metric that no configuration declares. */
export const DEFAULT_HOST_LABEL = "Hostname";

/** The types of `extra_metrics` that say what a metric is at its source. */
const CONFIGURED: ReadonlyMap<string, Kind> = new Map([
  ["counter", "counter"],
  ["counter_gauge", "counter"],
  ["temporal_percent", "counter"],
  ["gauge", "gauge"],
  ["metadata", "gauge"],
  ["service_check", "gauge"],
  ["time_elapsed", "gauge"],
  ["histogram", "histogram"],
  ["summary", "histogram"],
]);

/** What a metric is, and who says so: the server, the configuration, or its unit for want of better. */
export interface KnownKind {
  readonly kind: Kind;
  readonly from: "source" | "configuration" | "unit";
}

/**
 * What a metric is, which its lines do not say. It is what the server declares; a gauge may be counted or observed if a
 * configured type wants that, since a log has each of its values. Of a metric that nothing declares it is the
 * configured type that says it; without one, a metric with the unit `Count` is a counter (as `add_counter` of
 * TorchServe's custom metrics API makes them) and any other a gauge.
 *
 * @param configured the type in `extra_metrics` or `metrics`; others than those that say something are passed over
 * @param declared by the server
 */
export function kindOf(unit: string, configured: string, declared: Kind | undefined): KnownKind {
  const asked = CONFIGURED.get(configured);
  if (declared !== undefined && (declared !== "gauge" || asked === undefined)) {
    return { kind: declared, from: "source" };
  }
  if (asked !== undefined) return { kind: asked, from: "configuration" };
  return { kind: unit.toLowerCase() === "count" ? "counter" : "gauge", from: "unit" };
}

/** The kind that a word stands for; `undefined` for any other word. */
export function kindNamed(word: string | undefined): Kind | undefined {
  return word === "counter" || word === "gauge" || word === "histogram" ? word : undefined;
}
