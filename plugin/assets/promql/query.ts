import type { CatalogueEntry } from "../../catalogue/mod.ts";
import { exposedName } from "../../formats/mod.ts";
import type { MetricQuery, ScopeTerm } from "../query/mod.ts";
import { tagInDatadog } from "../query/mod.ts";

/** What a translation needs to know. */
export interface PromqlContext {
  readonly metrics: ReadonlyMap<string, CatalogueEntry>;
  /** How much time counters are looked at for one point: `5m`, or a variable of Grafana. */
  readonly window: string;
  /**
   * Labels of a result: those that the query groups by, as a chart wants them, or all but those that it merges, since
   * alerts are routed by labels that only their owners know. Default `groups`.
   */
  readonly keep?: "groups" | "all";
}

/** The label of a tag: Prometheus knows a host as the instance that it scrapes. */
export function labelOf(tag: string, entry: CatalogueEntry | undefined): string {
  if (tag === "host") return "instance";
  return entry?.tags.find((name) => tagInDatadog(name) === tag) ?? tag;
}

/**
 * A query of one metric in Prometheus' language (https://prometheus.io/docs/prometheus/latest/querying/basics/), over the
 * names of the exporter and of the text file.
 */
export function promqlOf(query: MetricQuery, context: PromqlContext): string {
  const entry = context.metrics.get(query.metric);
  const isCount = entry?.type === "count";
  const series = `${exposedName(query.metric, isCount)}${selector(query.scope, entry)}`;
  const over = query.as === undefined
    ? series
    : `${query.as === "rate" ? "rate" : "increase"}(${series}[${context.window}])`;
  if (context.keep === "all") return mergedOf(query, entry, over);
  const labels = query.by.map(({ name }) => labelOf(name, entry));
  const by = labels.length === 0 ? "" : ` by (${labels.join(", ")})`;
  const whole = `${query.space}${by} (${over})`;
  // A counter is exposed from its first event on: until then it is zero, where the server answers at all.
  return isCount && labels.length === 0 ? `(${whole} or 0 * ${answering(query.scope)})` : whole;
}

/** Series that differ in nothing but labels that a query does not group by become one; servers stay apart. */
function mergedOf({ by, space }: MetricQuery, entry: CatalogueEntry | undefined, over: string): string {
  const kept = by.map(({ name }) => labelOf(name, entry));
  const merged = entry?.tags.filter((tag) => !kept.includes(tag)) ?? [];
  return merged.length === 0 ? over : `${space} without (${merged.join(", ")}) (${over})`;
}

/** How many servers give metrics. */
function answering(scope: readonly ScopeTerm[]): string {
  const ofServer = scope.filter((term) =>
    ["host", "service"].includes(term.kind === "variable" ? term.name : term.key)
  );
  return `count(${exposedName("torchserve.openmetrics.health", false)}${selector(ofServer, undefined)} < 2)`;
}

/** `{instance=~"$host", model_name!="a"}`; nothing where all series are meant. */
export function selector(scope: readonly ScopeTerm[], entry: CatalogueEntry | undefined): string {
  const matchers = scope.map((term) => {
    const operator = term.kind === "variable" ? (term.negated ? "!~" : "=~") : (term.negated ? "!=" : "=");
    const [tag, value] = term.kind === "variable" ? [term.name, `$${term.name}`] : [term.key, term.value];
    return `${labelOf(tag, entry)}${operator}${JSON.stringify(value)}`;
  });
  return matchers.length === 0 ? "" : `{${matchers.join(", ")}}`;
}
