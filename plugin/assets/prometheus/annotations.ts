import type { Monitor } from "../description/monitor.ts";
import { monitorGroups } from "../description/monitor_groups.ts";

/** Tags that only say which server it is: the exporter's page has none of them, since Prometheus adds `instance`. */
const ADDRESSES = ["endpoint", "inference_api_url", "management_api_url"];
/** `{{endpoint.name}} on {{host.name}}` and `{{model_name.name}}` in a message. */
const PLACE = /\{\{(\w+)\.name\}\} on \{\{host\.name\}\}/g;
const NAME = /\{\{(\w+)\.name\}\}/g;

/**
 * What a person reads of an alert, as templates of Prometheus
 * (https://prometheus.io/docs/prometheus/latest/configuration/template_reference/).
 *
 * @param labelOf the label of a tag
 * @param runbooks address of the page that explains the monitors
 */
export function alertAnnotations(
  monitor: Monitor,
  labelOf: (tag: string) => string,
  runbooks: string,
): Record<string, string> {
  const { title, message: { what, todo } } = monitor;
  const label = (tag: string) => `{{ $labels.${labelOf(tag)} }}`;
  const place = (tag: string) => `{{ with $labels.${labelOf(tag)} }}{{ . }} on {{ end }}${label("host")}`;
  // A share is known to the hundredth, everything else to the whole percent, millisecond or worker.
  const digits = monitor.kind === "metric" && monitor.thresholds.critical < 1 ? 2 : 0;
  const description = what
    .replace(PLACE, (whole, tag: string) => ADDRESSES.includes(tag) ? place(tag) : whole)
    .replace(NAME, (_, tag: string) => label(tag))
    .replaceAll("{{value}}", `{{ $value | printf "%.${digits}f" }}`);
  const named = (monitor.prometheus.labels ?? monitorGroups(monitor))
    .filter((tag) => tag !== "host" && !ADDRESSES.includes(tag)).map(label);
  return {
    summary: `${title}${named.length === 0 ? "" : `: ${named.join(" ")}`} on ${label("host")}`,
    description: [description, "", "What to do:", ...todo.map((step, i) => `${i + 1}. ${step}`)].join("\n"),
    runbook_url: `${runbooks}#${anchorOf(title)}`,
  };
}

/** Under which GitHub, and most others, find a heading of a page in Markdown. */
export function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}
