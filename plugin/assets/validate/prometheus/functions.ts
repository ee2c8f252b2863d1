/** Prometheus' aggregations (https://prometheus.io/docs/prometheus/latest/querying/operators/). */
const AGGREGATIONS = [
  "sum",
  "min",
  "max",
  "avg",
  "group",
  "stddev",
  "stdvar",
  "count",
  "count_values",
  "bottomk",
  "topk",
  "quantile",
];

/** Functions that need a counter. */
export const OF_COUNTERS: readonly string[] = ["rate", "irate", "increase"];

/** Its functions (https://prometheus.io/docs/prometheus/latest/querying/functions/), of Prometheus 2.42 and later. */
export const FUNCTIONS: ReadonlySet<string> = new Set([
  ...AGGREGATIONS,
  ...OF_COUNTERS,
  ...[
    "abs",
    "absent",
    "absent_over_time",
    "ceil",
    "changes",
    "clamp",
    "clamp_max",
    "clamp_min",
    "delta",
    "deriv",
    "exp",
  ],
  ...["floor", "histogram_quantile", "holt_winters", "hour", "minute", "idelta", "label_join", "label_replace", "ln"],
  ...["log2", "log10", "predict_linear", "resets", "round", "scalar", "sgn", "sort", "sort_desc", "sqrt", "time"],
  ...["timestamp", "vector", "avg_over_time", "min_over_time", "max_over_time", "sum_over_time", "count_over_time"],
  ...["quantile_over_time", "stddev_over_time", "stdvar_over_time", "last_over_time", "present_over_time"],
]);

/** Words that are neither series nor functions. */
export const WORDS: ReadonlySet<string> = new Set([
  "and",
  "or",
  "unless",
  "offset",
  "bool",
  "inf",
  "nan",
  "Inf",
  "NaN",
]);

/** Words that a list of labels follows. */
export const BEFORE_LABELS: ReadonlySet<string> = new Set([
  ...["by", "without", "on", "ignoring", "group_left", "group_right"],
]);
