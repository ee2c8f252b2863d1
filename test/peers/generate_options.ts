import { ELAPSED } from "./case.ts";
import { type FamilyPlan, TORCHSERVE_FAMILIES } from "./families.ts";
import type { Random } from "./random.ts";

type Options = Record<string, unknown>;
type MetricItem = string | Record<string, unknown>;

/** What the options have to fit. */
export interface OptionCircumstances {
  readonly random: Random;
  readonly families: readonly FamilyPlan[];
  readonly format: "prometheus" | "openmetrics";
  /** What the exposed names start with. */
  readonly prefix: string;
}

/** Options of an instance that may be set on their own, with how often they are. */
const INDEPENDENT: readonly (readonly [name: string, probability: number, values: readonly unknown[]])[] = [
  ["tags", 0.5, [["env:prod", "team:a"], ["cluster:x", "plain", "host:"], ["service:s", "ü:é"], []]],
  ["collect_histogram_buckets", 0.15, [false, true]],
  ["non_cumulative_histogram_buckets", 0.15, [true, false]],
  ["histogram_buckets_as_distributions", 0.15, [true, false]],
  ["collect_counters_with_distributions", 0.12, [true, false]],
  ["exclude_metrics", 0.15, [["CPUUtilization"], ["^Requests.*"], ["http_requests", "gc.*"], ["_seconds$"]]],
  ["exclude_metrics_by_labels", 0.1, [
    { code: ["5.."] },
    { ModelName: ["^alp"], Level: ["Nothing"] },
    { note: true },
    { upper_bound: ["^1\\.0$"] },
    { quantile: ["0.9"] },
    { code: ["404", "200"], WorkerName: ["W-9001.*"] },
  ]],
  // The labels that tell samples apart stay: what else happens is a difference of its own.
  ["exclude_labels", 0.15, [["Level"], ["Hostname", "hostname", "version"], ["note", "cluster", "commit"], []]],
  ["include_labels", 0.05, [[
    "ModelName",
    "Level",
    "WorkerName",
    "code",
    "DeviceId",
    "upper_bound",
    "quantile",
    "server_mode",
    "le",
  ]]],
  ["rename_labels", 0.15, [
    { code: "status_code" },
    { Level: "lvl", upper_bound: "le" },
    { ModelName: "model", quantile: "q" },
    { Hostname: "instance", version: "env" },
    {},
  ]],
  ["raw_line_filters", 0.06, [["^Disk"], ['code="404"'], ["# HELP", "Requests4XX"], ["^nothing$"]]],
  ["ignore_tags", 0.08, [["^env:"], ["team", "plain$"], ["."]]],
  ["tag_by_endpoint", 0.1, [false]],
  ["metric_patterns", 0.08, [
    { include: ["requests", "cpu"] },
    { exclude: ["^torchserve\\.openmetrics\\.cpu"] },
    { include: ["torchserve"], exclude: ["count$", "nothing"] },
  ]],
  ["disable_generic_tags", 0.15, [true]],
  ["enable_health_service_check", 0.05, [false]],
  ["ignore_connection_errors", 0.1, [true]],
  ["cache_metric_wildcards", 0.2, [false, true]],
  ["hostname_label", 0.1, ["Hostname", "hostname", "code", "ModelName", "nowhere"]],
];

const SHARE_LABELS: readonly Readonly<Record<string, unknown>>[] = [
  { build_version: true },
  { build_version: { labels: ["version"] } },
  { build_version: { values: [1] }, missing: true },
  { model_labels: { match: ["ModelName"] } },
  { model_labels: { match: ["ModelName"], labels: ["version", "cluster"], values: ["1"] } },
  { node_labels: { match: ["Hostname"], labels: ["DeviceId", "Level"] } },
  { worker_state: { match: ["WorkerName"], values: [1, 2] } },
  { Requests2XX: true },
  // Several join the same labels: the payload's order decides.
  { node_labels: { match: ["Level", "Hostname"] }, model_labels: { match: ["Hostname"] }, target_info: true },
  { worker_state: { match: ["Level"] }, WorkerLoadTime: { match: ["Level"], labels: ["WorkerName", "note"] } },
];

/** Random options, each as often as people set it, roughly. */
export function generateOptions(circumstances: OptionCircumstances): Options {
  const { random, families, prefix, format } = circumstances;
  const options: Options = {};
  for (const [name, probability, values] of INDEPENDENT) {
    if (random.chance(probability)) options[name] = random.pick(values);
  }
  if (options.hostname_label !== undefined && random.chance(0.4)) {
    options.hostname_format = random.pick(["<HOSTNAME>.cluster", "a-<HOSTNAME>-<HOSTNAME>", "$&<HOSTNAME>"]);
  }
  if (prefix !== "") options.raw_metric_prefix = prefix;
  const sharable = SHARE_LABELS.filter((sources) => families.some(({ name }) => Object.hasOwn(sources, name)));
  if (random.chance(0.15) && sharable.length > 0) {
    options.share_labels = random.pick(sharable);
    if (random.chance(0.5)) options.cache_shared_labels = random.chance(0.3);
    // What an unreachable target does to remembered labels is a difference of its own.
    delete options.ignore_connection_errors;
  }
  if (random.chance(0.1)) options.use_process_start_time = true;
  else if (random.chance(0.05)) options.max_returned_metrics = random.int(1, 40);
  if (options.max_returned_metrics === undefined && random.chance(0.1)) options.telemetry = true;
  const exposesTarget = families.some(({ name }) => name === "target_info");
  if (random.chance(exposesTarget ? 0.05 : 0.01)) options.target_info = true;
  if (format === "openmetrics" && random.chance(0.4)) options.use_latest_spec = true;
  addMetrics(circumstances, options);
  return options;
}

function addMetrics({ random, families }: OptionCircumstances, options: Options): void {
  const others = families.filter((family) => !TORCHSERVE_FAMILIES.includes(family));
  const chosen = random.some(others, 0.85);
  if (random.chance(0.05)) {
    const own = random.some(families, 0.5);
    options.metrics = own.map((family) => item(random, family, options));
  }
  const extra: MetricItem[] = chosen.map((family) => item(random, family, options));
  if (random.chance(0.1)) extra.push(random.pick(WILDCARDS));
  if (random.chance(0.05)) extra.push(item(random, random.pick(TORCHSERVE_FAMILIES), options));
  if (extra.length > 0) options.extra_metrics = extra;
}

const WILDCARDS: readonly MetricItem[] = [
  "^http_.+",
  ".*_seconds",
  { "^cache_": { type: "gauge" } },
  { "score.error": "score" },
  { "(?i)gc_|TOKENS": { type: "counter_gauge", name: "not.used" } },
  "queue_(depth|length)$",
  ".+",
];

/** One family as an item of a list of metrics, in one of the forms that the documentation has. */
function item(random: Random, family: FamilyPlan, options: Options): MetricItem {
  const { name } = family;
  const special = specialItem(random, family);
  if (special !== undefined) return special;
  const form = random.int(0, 9);
  if (form < 3) return name;
  if (form < 5) return { [name]: `renamed.${name}` };
  const type = random.pick(types(family, options.use_process_start_time === true));
  if (form < 8) return { [name]: { name: `typed.${name}`, type } };
  if (form < 9) return { [name]: { type } };
  return { [`^${name}$`]: { type } };
}

function specialItem(random: Random, { name }: FamilyPlan): MetricItem | undefined {
  if (!random.chance(0.8)) return undefined;
  switch (name) {
    // That of workers would be several service checks of one name: a difference of its own.
    case "node_state":
      return {
        [name]: {
          name: "node.state",
          type: "service_check",
          status_map: { "0": "OK", "1": "warning", "2": "CRITICAL" },
        },
      };
    case "last_request_time":
      return { [name]: { name: ELAPSED, type: "time_elapsed" } };
    case "gc_time_ms":
      return {
        [name]: { name: "gc.time", type: "temporal_percent", scale: random.pick(["millisecond", 1000, "second"]) },
      };
    case "build_version":
      return {
        [name]: random.pick([
          { name: "version", type: "metadata", label: "version" },
          { name: "commit", type: "metadata", label: "commit" },
        ]),
      };
  }
  return undefined;
}

/** The types that a family can be given without being an intended difference. */
function types({ type }: FamilyPlan, onlyOwnCounters: boolean): readonly string[] {
  const counters = onlyOwnCounters ? [] : ["counter", "counter_gauge"];
  switch (type) {
    case "counter":
      return ["counter", "counter_gauge", "rate", "gauge", "native", "native_dynamic"];
    case "histogram":
      return ["histogram", "native", "native_dynamic"];
    case "summary":
      return ["summary", "native", "native_dynamic"];
    case "gauge":
      return ["gauge", "rate", "native", "native_dynamic", ...counters];
    default:
      return ["gauge", "rate", "native", ...counters];
  }
}
