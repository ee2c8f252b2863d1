import { compileAny, escapesToItself, type Pattern } from "../patterns/mod.ts";
import { Labeller } from "./labels.ts";
import { MetricMapping } from "./mapping.ts";
import type { MetricItem, ScraperOptions } from "./options.ts";
import { Scraper } from "./scraper.ts";
import { LabelSharing } from "./share_labels.ts";
import type { HistogramOptions } from "./transformers/transformer.ts";

/**
 * Makes a scraper of an instance's options.
 *
 * @param endpointTag what `tag_by_endpoint` adds
 * @param catalogue the metrics that are collected unless `metrics` replaces them
 * @throws {PatternError} for a bad regular expression
 */
export async function compileScraper(
  options: ScraperOptions,
  endpointTag: string,
  catalogue: readonly MetricItem[],
): Promise<Scraper> {
  const { share_labels: shared, exclude_metrics: excludeMetrics, target_info: targetInfo = false } = options;
  const sharing = Object.keys(shared).length > 0 || targetInfo
    ? new LabelSharing(shared, options.cache_shared_labels, targetInfo)
    : undefined;
  const staticTags = await instanceTags(options, endpointTag);
  const items = [...options.metrics ?? catalogue, ...options.extra_metrics];
  const histograms = histogramOptions(options);
  return new Scraper({
    mapping: await MetricMapping.compile(
      items,
      histograms,
      options.cache_metric_wildcards,
    ),
    labeller: new Labeller({
      staticTags,
      exclude: new Set(options.exclude_labels),
      include: new Set(options.include_labels),
      rename: new Map(Object.entries(options.rename_labels)),
      excludeSamples: await sampleExcluders(options.exclude_metrics_by_labels),
      // Its default is an empty text, which is no label's name.
      hostnameLabel: options.hostname_label || undefined,
      hostnameFormat: options.hostname_format,
      lookedUp: new Set(items.flatMap(lookedUpLabels)),
      ranges: histograms.buckets && (histograms.distributions || histograms.nonCumulative),
    }, sharing),
    sharing,
    staticTags,
    rawMetricPrefix: options.raw_metric_prefix,
    lineFilter: await anyOf(options.raw_line_filters ?? []),
    excludeNames: new Set(excludeMetrics.filter(escapesToItself)),
    excludePattern: await anyOf(excludeMetrics.filter((name) => !escapesToItself(name))),
    telemetry: options.telemetry,
    useLatestSpec: options.use_latest_spec ?? false,
    strict: options.strict_parsing,
    useProcessStartTime: options.use_process_start_time ?? false,
  });
}

/** The labels that the transformers of an item look up: those of `metadata`. */
function lookedUpLabels(item: MetricItem): string[] {
  if (typeof item === "string") return [];
  return Object.values(item).flatMap((target) => {
    return typeof target === "object" && target.type === "metadata" && target.label ? [target.label] : [];
  });
}

async function anyOf(sources: readonly string[]): Promise<Pattern | undefined> {
  return sources.length === 0 ? undefined : await compileAny(sources);
}

/** The tags of everything that an instance with samples submits: the user's, and the endpoint's, less `ignore_tags`. */
export async function instanceTags(options: ScraperOptions, endpointTag: string): Promise<readonly string[]> {
  const ignored = await anyOf(options.ignore_tags);
  const tags = options.tags.filter((tag) => ignored?.matches(tag) !== true);
  return options.tag_by_endpoint ? [...tags, endpointTag] : tags;
}

async function sampleExcluders(
  config: ScraperOptions["exclude_metrics_by_labels"],
): Promise<Map<string, true | Pattern>> {
  const excluders = new Map<string, true | Pattern>();
  for (const [label, values] of Object.entries(config)) {
    if (values === true) excluders.set(label, true);
    // Python's `re.compile("|".join([]))` is the empty pattern, which every value matches.
    else excluders.set(label, values.length === 0 ? true : await compileAny(values));
  }
  return excluders;
}

/** The options imply one another (`MetricTransformer.__init__` of the reference). */
function histogramOptions(options: ScraperOptions): HistogramOptions {
  const counters = options.collect_counters_with_distributions;
  const distributions = counters || options.histogram_buckets_as_distributions;
  return {
    counters,
    distributions,
    buckets: distributions || options.collect_histogram_buckets,
    nonCumulative: distributions || options.non_cumulative_histogram_buckets,
  };
}
