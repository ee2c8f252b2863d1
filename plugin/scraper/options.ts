import type { Instance, MetricDefinition, MetricItem } from "../config/mod.ts";

export type { MetricItem };

/** What a mapping may say of one exposed metric beside its submitted name. */
export type MetricConfig = MetricDefinition;

/** `share_labels`: whose labels are shared, by exposed name. */
export type SharedLabelOptions = Instance<"openmetrics">["share_labels"];

/** How the labels of one metric are shared with others. */
export type SharedLabels = Exclude<SharedLabelOptions[string], true>;

type Scraped = Instance<"openmetrics">;
/** What acts on an endpoint's page alone: absent where the samples come from elsewhere, and then off. */
type OfPages = "raw_line_filters" | "target_info" | "use_latest_spec" | "use_process_start_time";

/** The options that say what becomes of samples. */
export type ScraperOptions =
  & Pick<
    Scraped,
    | "tags"
    | "ignore_tags"
    | "tag_by_endpoint"
    | "metrics"
    | "extra_metrics"
    | "exclude_metrics"
    | "exclude_metrics_by_labels"
    | "exclude_labels"
    | "include_labels"
    | "rename_labels"
    | "raw_metric_prefix"
    | "hostname_label"
    | "hostname_format"
    | "collect_histogram_buckets"
    | "non_cumulative_histogram_buckets"
    | "histogram_buckets_as_distributions"
    | "collect_counters_with_distributions"
    | "share_labels"
    | "cache_shared_labels"
    | "cache_metric_wildcards"
    | "telemetry"
    | "strict_parsing"
  >
  & Partial<Pick<Scraped, OfPages>>;
