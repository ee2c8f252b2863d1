/** What a query of metrics is made of, in Datadog's language (https://docs.datadoghq.com/dashboards/querying/). */

/** How the series of a group become one. */
export type Space = "avg" | "sum" | "min" | "max";

/** Where something stands in the text of its query, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A condition on tags: `model_name:a`, `!level:Host`, `$host`. */
export type ScopeTerm =
  | { readonly kind: "tag"; readonly key: string; readonly value: string; readonly negated: boolean; readonly at: Span }
  | { readonly kind: "variable"; readonly name: string; readonly negated: boolean; readonly at: Span };

/** A tag that a query groups by. */
export interface GroupTag {
  readonly name: string;
  readonly at: Span;
}

/** `sum:torchserve.openmetrics.inference.count{$host} by {model_name}.as_rate()` */
export interface MetricQuery {
  readonly kind: "metric";
  readonly space: Space;
  readonly metric: string;
  readonly metricAt: Span;
  /** All of them hold; empty: `*`. */
  readonly scope: readonly ScopeTerm[];
  readonly by: readonly GroupTag[];
  /** Of a count: the sum of each interval, or that sum a second. */
  readonly as?: "count" | "rate";
  readonly rollup?: { readonly method: Space; readonly seconds?: number };
  readonly at: Span;
}

/** The functions that our queries use. */
export type FunctionName = "abs" | "count_nonzero" | "default_zero" | "clamp_min";
export const FUNCTION_NAMES: readonly FunctionName[] = ["abs", "count_nonzero", "default_zero", "clamp_min"];

export type Operator = "+" | "-" | "*" | "/";

/** Arithmetic over numbers and over metric queries or the names of queries. */
export type Expression =
  | MetricQuery
  | { readonly kind: "number"; readonly value: number; readonly at: Span }
  | { readonly kind: "name"; readonly name: string; readonly at: Span }
  | { readonly kind: "negation"; readonly of: Expression; readonly at: Span }
  | {
    readonly kind: "operation";
    readonly operator: Operator;
    readonly left: Expression;
    readonly right: Expression;
    readonly at: Span;
  }
  | { readonly kind: "call"; readonly name: FunctionName; readonly args: readonly Expression[]; readonly at: Span };

export type Comparison = ">" | ">=" | "<" | "<=";

/** The newest part of the time, as it is written (`last_10m`). */
export interface Window {
  readonly seconds: number;
  readonly at: Span;
}

/** `sum(last_10m):… > 0.05`, `pct_change(avg(last_1h),last_1d):… > 50` */
export interface MetricCondition {
  readonly kind: "metric";
  /** How the points of the window become one value. */
  readonly method: Space;
  readonly window: Window;
  /** Compared is how much the value has changed since so long ago. */
  readonly change?: { readonly as: "pct_change" | "change"; readonly ago: Window };
  readonly expression: Expression;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly thresholdAt: Span;
}

/** `"torchserve.inference_api.health".over("*").by("host").last(4).count_by_status()` */
export interface CheckCondition {
  readonly kind: "check";
  readonly check: string;
  readonly checkAt: Span;
  /** Tags that a status must have, each with its value; empty: `*`. */
  readonly over: readonly { readonly tag: string; readonly at: Span }[];
  readonly by: readonly GroupTag[];
  /** How many statuses are looked at. */
  readonly last: number;
  readonly lastAt: Span;
}

/** `events("source:torchserve …").rollup("count").last("15m") > 0` */
export interface EventCondition {
  readonly kind: "event";
  readonly search: string;
  readonly by: readonly GroupTag[];
  readonly window: Window;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly thresholdAt: Span;
}

/** What a monitor waits for. */
export type Condition = MetricCondition | CheckCondition | EventCondition;
