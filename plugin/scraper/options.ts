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

/** The options that say what becomes of samples, wherever they come from. */
export type ScraperOptions =
  & Pick<Scraped, keyof Scraped & keyof Instance<"metrics_log">>
  & Partial<Pick<Scraped, OfPages>>;
