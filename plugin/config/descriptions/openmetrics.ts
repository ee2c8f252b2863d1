import type { OptionDescription } from "./types.ts";

const metricForms = `Each item has one of three forms:

  - the exposed name; the metric is submitted under the same name,
  - a mapping of exposed name to submitted name,
  - a mapping of exposed name to a mapping with "name", "type" or both.

A counter is named with or without "_total". Exposed names may be regular expressions, which must match somewhere in \
the name (that of a counter without "_total"); use ^ and $ to match all of it. Without a type the metric has the type that the endpoint declares.`;

/** The options of `openmetrics_endpoint`, most of which act on `metrics_log` too. */
export const openmetrics = {
  openmetrics_endpoint: {
    type: "string",
    text: "The address where TorchServe exposes its metrics for Prometheus. TorchServe has to run with " +
      "metrics_mode=prometheus; its metrics_address has port 8082 unless configured otherwise. It may be a Unix socket, " +
      "as unix://%2Ftmp%2Fts.sock/metrics",
    example: "http://localhost:8082/metrics",
  },
  namespace: {
    type: "string",
    text: "The first part of all metric names.",
    example: "torchserve.openmetrics",
    hidden: true,
  },
  raw_metric_prefix: {
    type: "string",
    text: "A prefix that is cut off exposed metric names that have it. All other options use the name without it.",
    example: "<PREFIX>_",
  },
  metrics: {
    type: "list of strings or mappings",
    text: `The metrics to collect, in place of all those that TorchServe is known to expose.\n\n${metricForms}`,
    displayDefault: "the metrics in metadata.csv",
    example: ["<METRIC_1>", { "<EXPOSED_METRIC_2>": "<SENT_METRIC_2>" }],
    hidden: true,
  },
  extra_metrics: {
    type: "list of strings or mappings",
    text: "Metrics to collect in addition to those that TorchServe is known to expose, for example those that custom " +
      `handlers emit. They win over known metrics of the same name.\n\n${metricForms}\n\n` +
      "The types are counter, counter_gauge, gauge, histogram, metadata, native, native_dynamic, rate, service_check, " +
      "summary, temporal_percent and time_elapsed. A service_check needs status_map, a mapping of values to OK, " +
      "WARNING, CRITICAL or UNKNOWN; temporal_percent needs scale, a unit of time or the number of its parts in a " +
      "second; metadata needs label, the label that holds the value.",
    example: [
      "<METRIC_1>",
      { "<EXPOSED_METRIC_2>": "<SENT_METRIC_2>" },
      { "<EXPOSED_METRIC_3>": { name: "<SENT_METRIC_3>", type: "gauge" } },
    ],
  },
  exclude_metrics: {
    type: "list of strings",
    text:
      "Metrics to leave out, each an exposed name or a regular expression that matches somewhere in it. A counter " +
      'is left out by its name with and without "_total". To leave out all but some, use a negative lookahead: ' +
      "^(?!ts_).*$",
    example: ["<METRIC>", "^<PREFIX>_"],
  },
  exclude_metrics_by_labels: {
    type: "mapping",
    text:
      "Samples to leave out because of their labels: a mapping of the name of a label to true, for any value, or to a " +
      "list of regular expressions for its value. Labels have the names here that the endpoint gives them, but the " +
      "bound of a histogram's bucket, `le`, is called upper_bound. A bucket that is left out makes the range of the " +
      "next one wider.",
    example: { worker: true, pid: ["23", "42"] },
  },
  exclude_labels: {
    type: "list of strings",
    text: "Labels that do not become tags, for example those with many different values. A list here replaces the " +
      "default. Labels have the names that the endpoint gives them, and exclude_labels wins over include_labels.",
    example: ["hostname", "Hostname", "<LABEL>"],
  },
  include_labels: {
    type: "list of strings",
    text: "The only labels that become tags. Labels have the names that the endpoint gives them. When the list is " +
      "empty, all labels become tags that exclude_labels does not name.",
    example: ["<LABEL_1>", "<LABEL_2>"],
  },
  rename_labels: {
    type: "mapping",
    text: "New names for labels, before they become tags. Entries here are added to the default ones, and win over " +
      "them.",
    example: { "<LABEL_NAME_1>": "<NEW_LABEL_NAME_1>" },
  },
  enable_health_service_check: {
    type: "boolean",
    text: "Whether to submit the service check torchserve.openmetrics.health, which tells whether metrics could be " +
      "collected.",
  },
  ignore_connection_errors: {
    type: "boolean",
    text: "Whether a server that cannot be connected to counts as switched off on purpose. The run then ends without " +
      "metrics and without an error.",
  },
  hostname_label: {
    type: "string",
    text: "The label whose value becomes the host name of the metrics that have it.",
    example: "<LABEL>",
  },
  hostname_format: {
    type: "string",
    text: "How to write the host name that hostname_label finds. The text <HOSTNAME> stands for the label's value.",
    example: "<HOSTNAME>",
  },
  collect_histogram_buckets: {
    type: "boolean",
    text: "Whether to submit the buckets of histograms, and not only their sum and count.",
  },
  non_cumulative_histogram_buckets: {
    type: "boolean",
    text: "Whether to count an observation only in the bucket where it belongs, and not in all higher ones as well. " +
      "The buckets then have a lower_bound tag beside upper_bound.",
  },
  histogram_buckets_as_distributions: {
    type: "boolean",
    text: "Whether to submit the buckets of histograms as distributions. This implies collect_histogram_buckets and " +
      "non_cumulative_histogram_buckets.",
  },
  collect_counters_with_distributions: {
    type: "boolean",
    text: "Whether to submit the sum and count of histograms as well when their buckets are submitted as " +
      "distributions. This implies histogram_buckets_as_distributions.",
  },
  use_process_start_time: {
    type: "boolean",
    text: "Whether to look at process_start_time_seconds at the first scrape. When the server started after the " +
      "check did, its counters began at 0, and their first values are submitted too. All metrics of the response are " +
      "then kept in memory until the last one has been read.",
  },
  share_labels: {
    type: "mapping",
    text:
      "Labels of one metric that are added to the others. It is a mapping of exposed metric names. With the value true, " +
      "the metric shares all of its labels with all metrics. Otherwise the value is a mapping with at least one of " +
      '"labels", the labels to share; "match", the labels that have to be equal on the other metric; and "values", ' +
      "whole numbers of which the metric itself must have one as its value.",
    example: { "<METRIC_1>": true, "<METRIC_2>": { labels: ["<LABEL_1>"], match: ["<LABEL_2>"], values: [1] } },
  },
  cache_shared_labels: {
    type: "boolean",
    text: "Whether to keep the labels of share_labels that the first scrape found. Otherwise every scrape finds them " +
      "again, which takes more time and memory.",
  },
  raw_line_filters: {
    type: "list of strings",
    text: "Regular expressions for lines of the response that are thrown away before anything is read from them.",
    example: ["<REGEX>"],
  },
  cache_metric_wildcards: {
    type: "boolean",
    text: "Whether to remember which regular expression a metric matched, and the type that the metric had first.",
  },
  use_latest_spec: {
    type: "boolean",
    text:
      "Whether to ask for OpenMetrics, and to read the response strictly as the standard says, whatever the server " +
      "declares it to be.",
    hidden: true,
  },
  telemetry: {
    type: "boolean",
    text: "Whether to submit metrics about the scrape itself, prefixed with torchserve.openmetrics.telemetry.",
  },
  ignore_tags: {
    type: "list of strings",
    text: "Regular expressions for entries of tags, and for tags that Autodiscovery adds, that are not used.",
    example: ["<FULL:TAG>", "<TAG_PREFIX:.*>", "<TAG_SUFFIX$>"],
  },
  tag_by_endpoint: {
    type: "boolean",
    text: "Whether to add the tag endpoint, with the address as its value, to everything.",
    hidden: true,
  },
  target_info: {
    type: "boolean",
    text: "Whether to add the labels of the metric target_info to all other metrics.",
    hidden: true,
  },
  max_returned_metrics: {
    type: "integer",
    text: "The most time series that a run submits; 0 is for no limit. Those beyond it are dropped, with a warning.",
    hidden: true,
  },
  strict_parsing: {
    type: "boolean",
    text:
      "Whether one malformed line of the response fails the run. Otherwise the line is skipped and counted, and a " +
      "warning gives its number and what is wrong with it.",
  },
} as const satisfies Readonly<Record<string, OptionDescription>>;
