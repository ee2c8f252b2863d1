import type { CatalogueEntry } from "../../catalogue/mod.ts";
import type { Monitor } from "../description/monitor.ts";
import { labelOf } from "../promql/mod.ts";
import { metricQueriesOf, parseMetricCondition } from "../query/mod.ts";
import { alertAnnotations } from "./annotations.ts";
import { alertExpression } from "./expression.ts";

/** An alerting rule (https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/). */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: Monitor["severity"] };
  readonly annotations: Readonly<Record<string, string>>;
}

/** The name of a monitor's alert: `TorchServeInferenceApiDown` for `inference_api_down`. */
export function alertName(key: string): string {
  return `TorchServe${key.split("_").map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}`;
}

/**
 * A monitor as a rule of Prometheus.
 *
 * @param metrics the catalogue
 * @param runbooks address of the page that explains the monitors
 */
export function alertRule(
  monitor: Monitor,
  metrics: ReadonlyMap<string, CatalogueEntry>,
  runbooks: string,
): AlertRule {
  const [first] = monitor.kind === "metric" ? metricQueriesOf(parseMetricCondition(monitor.query).expression) : [];
  const entry = metrics.get(first?.metric ?? "");
  return {
    alert: alertName(monitor.key),
    expr: alertExpression(monitor, metrics),
    for: `${monitor.prometheus.forMinutes}m`,
    labels: { severity: monitor.severity },
    annotations: alertAnnotations(monitor, (tag) => labelOf(tag, entry), runbooks),
  };
}
