import type { CatalogueEntry } from "../../catalogue/mod.ts";
import { exposedName } from "../../formats/mod.ts";
import type { Monitor } from "../description/monitor.ts";
import { promqlOfFormula } from "../promql/mod.ts";
import { type MetricCondition, metricQueriesOf, parseCheckCondition, parseMetricCondition } from "../query/mod.ts";

/** What a service check's gauge is when it is CRITICAL (docs/metrics.md). */
const CRITICAL = 2;
/** How often a window is looked at, in seconds: as often as is usual for scrapes, and a long one 60 times. */
const STEP = 15;
const STEPS = 60;

/**
 * What Prometheus evaluates for a monitor.
 *
 * @param metrics the catalogue
 * @throws {Error} for a monitor of events that does not say it
 */
export function alertExpression({ prometheus, kind, query, key }: Monitor, metrics: Catalogue): string {
  if (prometheus.expr !== undefined) return prometheus.expr;
  switch (kind) {
    case "check":
      return `${exposedName(parseCheckCondition(query).check, false)} == ${CRITICAL}`;
    case "metric":
      return metricCondition(parseMetricCondition(query), metrics);
    case "event":
      throw new Error(`the monitor ${key}: Prometheus has no events, say what it is asked instead`);
  }
}

type Catalogue = ReadonlyMap<string, CatalogueEntry>;

function metricCondition(condition: MetricCondition, metrics: Catalogue): string {
  const { expression, method, window, change, comparison, threshold } = condition;
  const range = duration(window.seconds);
  const value = promqlOfFormula(expression, new Map(), { metrics, window: range, keep: "all" });
  const compared = `${comparison} ${threshold}`;
  if (metricQueriesOf(expression).some(({ as }) => as !== undefined)) {
    if (method !== "sum" || change !== undefined) {
      throw new Error(`${method} of counts over ${range} is another number than their increase`);
    }
    return `${value} ${compared}`;
  }
  const over = `${method}_over_time((${value})[${range}:${duration(Math.max(STEP, window.seconds / STEPS))}]`;
  if (change !== undefined) {
    const before = `${over} offset ${duration(change.ago.seconds)})`;
    return change.as === "pct_change"
      ? `100 * (${over}) / (${before} > 0) - 1) ${compared}`
      : `${over}) - ${before} ${compared}`;
  }
  // Through the whole window: that is the rule's `for`, which also waits for a series that is new.
  return method === "min" ? `${value} ${compared}` : `${over}) ${compared}`;
}

/** In the largest unit that it is a whole number of. */
function duration(seconds: number): string {
  const [unit, length] = ([["d", 86_400], ["h", 3600], ["m", 60]] as const).find(([, one]) => seconds % one === 0) ??
    ["s", 1];
  return `${seconds / length}${unit}`;
}
