/** How one exposed metric is submitted, as a user writes it. */
export interface MetricConfig {
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly label?: string | undefined;
  readonly scale?: string | number | undefined;
  readonly status_map?: Readonly<Record<string, string>> | undefined;
}

/** An item of `metrics` or `extra_metrics`: a name, or exposed names with what they become. */
export type MetricItem = string | Readonly<Record<string, string | MetricConfig>>;

/** How the labels of one metric are shared with others (`share_labels`). */
export interface SharedLabels {
  readonly labels?: readonly string[] | undefined;
  readonly match?: readonly string[] | undefined;
  readonly values?: readonly (string | number)[] | undefined;
}

/** The options of an `openmetrics_endpoint` that say what becomes of its answer; defaults are applied. */
export interface ScraperOptions {
  readonly tags?: readonly string[] | undefined;
  readonly ignore_tags?: readonly string[] | undefined;
  readonly tag_by_endpoint?: boolean | undefined;
  /** Replaces the catalogue. */
  readonly metrics?: readonly MetricItem[] | undefined;
  readonly extra_metrics?: readonly MetricItem[] | undefined;
  readonly exclude_metrics?: readonly string[] | undefined;
  readonly exclude_metrics_by_labels?: Readonly<Record<string, boolean | readonly string[]>> | undefined;
  readonly exclude_labels?: readonly string[] | undefined;
  readonly include_labels?: readonly string[] | undefined;
  readonly rename_labels?: Readonly<Record<string, string>> | undefined;
  readonly raw_metric_prefix?: string | undefined;
  readonly raw_line_filters?: readonly string[] | undefined;
  readonly hostname_label?: string | undefined;
  readonly hostname_format?: string | undefined;
  readonly collect_histogram_buckets?: boolean | undefined;
  readonly non_cumulative_histogram_buckets?: boolean | undefined;
  readonly histogram_buckets_as_distributions?: boolean | undefined;
  readonly collect_counters_with_distributions?: boolean | undefined;
  readonly use_process_start_time?: boolean | undefined;
  readonly share_labels?: Readonly<Record<string, boolean | SharedLabels>> | undefined;
  readonly cache_shared_labels?: boolean | undefined;
  readonly target_info?: boolean | undefined;
  readonly cache_metric_wildcards?: boolean | undefined;
  readonly telemetry?: boolean | undefined;
  readonly use_latest_spec?: boolean | undefined;
  readonly strict_parsing?: boolean | undefined;
}
