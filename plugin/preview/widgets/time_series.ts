import type { TimeSeries } from "../../assets/mod.ts";
import { course, type Grouped } from "../../assets/evaluate/mod.ts";
import type { DrawnSeries, Empty, TimeSeriesData } from "../frame.ts";
import { dullTags, groupLabel } from "../labels.ts";
import { type Context, spanOf } from "./context.ts";
import { groupNames, named, readFormula, rounded } from "./queries.ts";
import { unitOf } from "./unit.ts";
import { whyNoMetrics } from "./why.ts";

/** Series that are drawn for themselves at most: of more, nobody can tell one from another. */
const MOST_SERIES = 12;

/** The course of each group of each formula. */
export function timeSeriesData(widget: TimeSeries, context: Context): TimeSeriesData | Empty {
  const { history, parts, variables, catalogue } = context;
  const queries = named(widget.queries);
  const names = groupNames(queries);
  const read = widget.series.map((one) => ({ one, ...readFormula(one.formula, queries) }));
  const drawn = read.map(({ formula, used }) => course(formula, used, history.points, parts, variables));
  const groups = [...new Set(drawn.flatMap((of) => of.flatMap((part) => [...part.keys()])))].sort(natural);
  const dull = dullTags(groups, names);
  const all = read.flatMap(({ one: { label, palette } }, i) => {
    const of = drawn[i] ?? [];
    return groups.filter((group) => of.some((part) => part.has(group))).map((group) => {
      const telling = groups.length === 1 && label !== undefined ? "" : groupLabel(group, names, dull);
      return {
        label: [label, telling].filter((text) => text !== undefined && text !== "").join(" · ") || widget.title,
        ...palette === undefined ? {} : { palette },
        values: valuesOf(of, group),
      };
    });
  });
  if (all.length === 0) return { kind: "empty", why: whyNoMetrics(queries, widget.needs ?? [], context) };
  const [first] = read;
  return {
    kind: "time_series",
    unit: first === undefined ? "" : unitOf(first.formula, first.used, catalogue, widget.unit),
    ...fewer(all, widget.display === "stacked_area" || widget.display === "bars"),
    outages: outagesOf([...queries.values()].map(({ metric }) => metric), context),
  };
}

const natural = new Intl.Collator("en", { numeric: true }).compare;

function valuesOf(parts: readonly Grouped[], group: string): (number | null)[] {
  return parts.map((part) => {
    const value = part.get(group);
    return value === undefined ? null : rounded(value);
  });
}

/**
 * The largest of many series. What is stacked is put together, so that the whole stays what it is; of lines the others are
 * left out, and counted.
 */
export function fewer(
  all: readonly DrawnSeries[],
  isStacked: boolean,
): { readonly series: readonly DrawnSeries[]; readonly others: number } {
  if (all.length <= MOST_SERIES) return { series: all, others: 0 };
  const size = ({ values }: DrawnSeries) => values.reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0);
  const largest = new Set(all.toSorted((a, b) => size(b) - size(a)).slice(0, MOST_SERIES));
  const series = all.filter((one) => largest.has(one));
  const rest = all.filter((one) => !largest.has(one));
  if (!isStacked) return { series, others: rest.length };
  const together = series[0]?.values.map((_, i) => {
    const values = rest.map(({ values }) => values[i] ?? null).filter((value) => value !== null);
    return values.length === 0 ? null : rounded(values.reduce((sum, value) => sum + value, 0));
  });
  return {
    series: [...series, { label: `${rest.length} others together`, palette: "gray", values: together ?? [] }],
    others: rest.length,
  };
}

/** When the targets of metrics gave nothing, within the range. */
function outagesOf(metrics: readonly string[], context: Context): [number, number][] {
  const { history } = context;
  const { from, to } = spanOf(context);
  const kinds = new Set(metrics.flatMap((metric) => {
    if (metric.startsWith("torchserve.inference_api.")) return ["inference"];
    return metric.startsWith("torchserve.management_api.") ? ["management"] : ["openmetrics", "metrics_log"];
  }));
  return history.targets.outages
    .filter((outage) => kinds.has(outage.kind) && outage.from <= to && (outage.to ?? Infinity) > from)
    .map((outage) => [Math.max(outage.from - history.options.interval, from), Math.min(outage.to ?? to, to)]);
}
