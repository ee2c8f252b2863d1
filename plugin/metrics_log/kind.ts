/** What the values of a metric's lines are: increments, values, or observations. */
export type Kind = "counter" | "gauge" | "histogram";

/** The counters of TorchServe's own `metrics.yaml` whose unit does not tell (0.12.0, `ts/configs/metrics.yaml`). */
const TIME_COUNTERS: ReadonlySet<string> = new Set([
  "ts_inference_latency_microseconds",
  "ts_queue_latency_microseconds",
]);

/** TorchServe's own metrics with the unit Count; all count, whatever type a configuration gives them. */
const COUNTERS: ReadonlySet<string> = new Set([
  ...TIME_COUNTERS,
  "Requests2XX",
  "Requests4XX",
  "Requests5XX",
  "ts_inference_requests_total",
]);

/** The types of `extra_metrics` that say what a metric is at its source. */
const CONFIGURED: Readonly<Record<string, Kind>> = {
  counter: "counter",
  counter_gauge: "counter",
  temporal_percent: "counter",
  gauge: "gauge",
  metadata: "gauge",
  service_check: "gauge",
  time_elapsed: "gauge",
  histogram: "histogram",
  summary: "histogram",
};

/**
 * What a metric is, which its lines do not say: TorchServe's own metrics are what its `metrics.yaml` says; others are
 * what their type in `extra_metrics` or `metrics` says; without one, a metric with the unit `Count` is a counter (as
 * `add_counter` of the custom metrics API makes them) and any other a gauge.
 *
 * @param configured the type in the configuration, `native` where it has none
 */
export function kindOf(name: string, unit: string, configured: string): Kind {
  if (COUNTERS.has(name)) return "counter";
  return CONFIGURED[configured] ?? (unit.toLowerCase() === "count" ? "counter" : "gauge");
}

/** The metrics whose host the endpoint calls `hostname`; for all others, also custom ones, it is `Hostname`. */
const LOWER_CASE_HOST: ReadonlySet<string> = new Set([...TIME_COUNTERS, "ts_inference_requests_total"]);

/** What the endpoint calls the label with the host's name. */
export function hostLabelOf(name: string): "hostname" | "Hostname" {
  return LOWER_CASE_HOST.has(name) ? "hostname" : "Hostname";
}
