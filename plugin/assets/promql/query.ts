import type { CatalogueEntry } from "../../catalogue/mod.ts";
import { exposedName } from "../../formats/mod.ts";
import type { MetricQuery, ScopeTerm } from "../query/mod.ts";
import { tagInDatadog } from "../query/mod.ts";

/** What a translation needs to know. */
export interface PromqlContext {
  readonly metrics: ReadonlyMap<string, CatalogueEntry>;
  /** How much time is looked at for one value: `5m`, or a variable of Grafana. */
  readonly window: string;
  /** How gauges of that time become one value; absent: the newest counts. */
  readonly over?: "avg" | "last" | "max" | "min" | "sum";
  /** Counts are given a second: windows of neighbouring points overlap, and their increases would count twice. */
  readonly countsPerSecond?: boolean;
  /**
   * Labels of a result: those that the query groups by, as a chart wants them, or all but those that it merges, since
   * alerts are routed by labels that only their owners know. Default `groups`.
   */
  readonly keep?: "groups" | "all";
}

/** Prometheus knows a host as the instance that it scrapes, and a service as the job that it does so for. */
const LABELS: ReadonlyMap<string, string> = new Map([["host", "instance"], ["service", "job"]]);

/** The label of a tag. */
export function labelOf(tag: string, entry?: CatalogueEntry): string {
  return LABELS.get(tag) ?? entry?.tags.find((name) => tagInDatadog(name) === tag) ?? tag;
}

/**
 * A query of one metric in Prometheus' language (https://prometheus.io/docs/prometheus/latest/querying/basics/), over the
 * names of the exporter and of the text file.
 */
export function promqlOf(query: MetricQuery, context: PromqlContext): string {
  const entry = context.metrics.get(query.metric);
  const series = `${exposedName(query.metric, query.as !== undefined)}${selector(query.scope, entry)}`;
  const labels = query.by.map(({ name }) => labelOf(name, entry));
  const space = labels.length === 0 ? query.space : `${query.space} by (${labels.join(", ")}) `;
  const rate = query.as === "rate" || context.countsPerSecond === true;
  const counted = `${rate ? "rate" : "increase"}(${series}[${context.window}])`;
  if (context.keep === "all") return mergedOf(query, entry, query.as === undefined ? series : counted);
  if (query.as === undefined) return gaugeOf(series, query.space, space, context);
  const whole = `${space}(${counted})`;
  // A counter is exposed from its first event on: until then it is zero, where the server answers at all.
  return labels.length === 0 ? `(${whole} or 0 * ${answering(query.scope)})` : whole;
}

function gaugeOf(series: string, method: MetricQuery["space"], space: string, { over, window }: PromqlContext): string {
  if (over === undefined || over === "last") return `${space}(${series})`;
  const isExtreme = over === method && (over === "max" || over === "min");
  return isExtreme
    ? `${space}(${over}_over_time(${series}[${window}]))`
    : `${over}_over_time(${space}(${series})[${window}:])`;
}

/** Series that differ in nothing but labels that a query does not group by become one; servers stay apart. */
function mergedOf({ by, space }: MetricQuery, entry: CatalogueEntry | undefined, over: string): string {
  const kept = by.map(({ name }) => labelOf(name, entry));
  const merged = entry?.tags.filter((tag) => !kept.includes(tag)) ?? [];
  return merged.length === 0 ? over : `${space} without (${merged.join(", ")}) (${over})`;
}

/** How many servers give metrics. */
function answering(scope: readonly ScopeTerm[]): string {
  const ofServer = scope.filter((term) => LABELS.has(term.kind === "variable" ? term.name : term.key));
  return `count(${exposedName("torchserve.openmetrics.health", false)}${selector(ofServer)} < 2)`;
}

/** `{instance=~"$instance", model_name!="a"}`; nothing where all series are meant. */
export function selector(scope: readonly ScopeTerm[], entry?: CatalogueEntry): string {
  const matchers = scope.map((term) => {
    const operator = term.kind === "variable" ? (term.negated ? "!~" : "=~") : (term.negated ? "!=" : "=");
    const label = labelOf(term.kind === "variable" ? term.name : term.key, entry);
    return `${label}${operator}${JSON.stringify(term.kind === "variable" ? `$${label}` : term.value)}`;
  });
  return matchers.length === 0 ? "" : `{${matchers.join(", ")}}`;
}
