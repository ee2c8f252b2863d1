import type * as v from "valibot";
import { authToken } from "./auth_token.ts";
import type { Frozen } from "./frozen.ts";
import { metricItems } from "./metric_items.ts";
import {
  address,
  authTypes,
  byteCount,
  cipherSuites,
  concurrency,
  count,
  excludedLabels,
  headers,
  includeExclude,
  kerberosAuth,
  kibibytes,
  metricsLog,
  probe,
  proxy,
  renames,
  secondsOrNone,
  sharedLabels,
  tlsVersions,
} from "./option_schemas.ts";
import { flag, nonEmptyText, type OptionSchema, patterns, seconds, text, texts } from "./schemas.ts";
import type { EndpointName, HttpKind, InstanceKind } from "./types.ts";

/** The chapters of the option list. */
export type OptionGroup = "openmetrics" | "inference" | "management" | "metrics_log" | "http" | "default";

/** One option of an instance. What it means is in `descriptions/`, which is loaded only to generate documents. */
export interface Option<
  S extends OptionSchema = OptionSchema,
  D = unknown,
  K extends InstanceKind = InstanceKind,
  G extends OptionGroup = OptionGroup,
  I extends boolean = boolean,
> {
  readonly group: G;
  /** The instances it acts on. */
  readonly kinds: readonly K[];
  /** Builds the schema of its value. */
  readonly schema: () => S;
  /** The value where none is set; `undefined`: there is none. */
  readonly default: D;
  /** Its value is never shown. */
  readonly secret: boolean;
  /** `init_config` may hold a default for all instances. */
  readonly init: I;
  /**
   * Why an option that the Agent knows does nothing here, as a clause; absent: it acts. Documents say so, and validation
   * warns where it is set to more than its default.
   */
  readonly noEffect?: string | undefined;
}

/** The kinds on which the options of a chapter act, where an option says nothing else. */
const KINDS = {
  openmetrics: ["openmetrics", "metrics_log"],
  inference: ["inference"],
  management: ["management"],
  metrics_log: ["metrics_log"],
  http: ["openmetrics", "inference", "management"],
  default: ["openmetrics", "inference", "management", "metrics_log"],
} as const satisfies Readonly<Record<OptionGroup, readonly InstanceKind[]>>;

interface Traits<S extends OptionSchema> {
  readonly kinds?: readonly InstanceKind[];
  readonly default?: Frozen<v.InferOutput<S>>;
  readonly secret?: boolean;
  readonly init?: boolean;
  readonly noEffect?: string;
}

type DefaultIn<T> = T extends { readonly default: infer D } ? D : undefined;
type KindIn<T, G extends OptionGroup> = T extends { readonly kinds: readonly (infer K extends InstanceKind)[] } ? K
  : (typeof KINDS)[G][number];
type InitIn<T> = T extends { readonly init: true } ? true : false;

function option<G extends OptionGroup, S extends OptionSchema, const T extends Traits<S> = Record<never, never>>(
  group: G,
  schema: () => S,
  traits?: T,
): Option<S, DefaultIn<T>, KindIn<T, G>, G, InitIn<T>>;
function option(group: OptionGroup, schema: () => OptionSchema, traits: Traits<OptionSchema> = {}): Option {
  return {
    group,
    schema,
    kinds: traits.kinds ?? KINDS[group],
    default: traits.default,
    secret: traits.secret ?? false,
    init: traits.init ?? false,
    noEffect: traits.noEffect,
  };
}

const KERBEROS = { secret: true, noEffect: "this program cannot load the system's Kerberos library" } as const;
const KERBEROS_FLAG = { default: false, noEffect: KERBEROS.noEffect } as const;

/** Every option of an instance, in the order of the documents. */
export const OPTIONS = {
  openmetrics_endpoint: option("openmetrics", address, { kinds: ["openmetrics"] }),
  namespace: option("openmetrics", text, {
    noEffect: "the names of metrics always start with torchserve.openmetrics",
  }),
  raw_metric_prefix: option("openmetrics", text, { default: "" }),
  metrics: option("openmetrics", metricItems),
  extra_metrics: option("openmetrics", metricItems, { default: [] }),
  exclude_metrics: option("openmetrics", patterns, { default: [] }),
  exclude_metrics_by_labels: option("openmetrics", excludedLabels, { default: {} }),
  exclude_labels: option("openmetrics", texts, { default: ["hostname", "Hostname"] }),
  include_labels: option("openmetrics", texts, { default: [] }),
  rename_labels: option("openmetrics", renames, {
    default: { Level: "level", ModelName: "model_name", WorkerName: "worker_name" },
  }),
  enable_health_service_check: option("openmetrics", flag, { default: true }),
  ignore_connection_errors: option("openmetrics", flag, { default: false, kinds: ["openmetrics"] }),
  hostname_label: option("openmetrics", text, { default: "" }),
  hostname_format: option("openmetrics", text, { default: "" }),
  collect_histogram_buckets: option("openmetrics", flag, { default: true }),
  non_cumulative_histogram_buckets: option("openmetrics", flag, { default: false }),
  histogram_buckets_as_distributions: option("openmetrics", flag, { default: false }),
  collect_counters_with_distributions: option("openmetrics", flag, { default: false }),
  use_process_start_time: option("openmetrics", flag, { default: false, kinds: ["openmetrics"] }),
  share_labels: option("openmetrics", sharedLabels, { default: {} }),
  cache_shared_labels: option("openmetrics", flag, { default: true }),
  raw_line_filters: option("openmetrics", patterns, { default: [], kinds: ["openmetrics"] }),
  cache_metric_wildcards: option("openmetrics", flag, { default: true }),
  use_latest_spec: option("openmetrics", flag, { default: false, kinds: ["openmetrics"] }),
  telemetry: option("openmetrics", flag, { default: false }),
  ignore_tags: option("openmetrics", patterns, { default: [] }),
  tag_by_endpoint: option("openmetrics", flag, { default: true }),
  target_info: option("openmetrics", flag, { default: false, kinds: ["openmetrics"] }),
  max_returned_metrics: option("openmetrics", count, { default: 0 }),
  strict_parsing: option("openmetrics", flag, { default: false }),

  inference_api_url: option("inference", address),
  inference_probe: option("inference", probe),

  management_api_url: option("management", address),
  limit: option("management", count, { default: 100 }),
  include: option("management", patterns, { default: [".*"] }),
  exclude: option("management", patterns, { default: [] }),
  interval: option("management", secondsOrNone, { default: 0 }),
  submit_events: option("management", flag, { default: true }),
  max_concurrency: option("management", concurrency, { default: 16 }),

  metrics_log: option("metrics_log", metricsLog),

  token_key_file: option("http", nonEmptyText, { kinds: ["inference", "management"] }),
  token_renew: option("http", flag, { default: false, kinds: ["inference", "management"] }),
  token_api_url: option("http", address, { kinds: ["inference", "management"] }),
  extended_metrics: option("http", flag, { default: false, kinds: ["inference", "management"] }),

  proxy: option("http", proxy, { secret: true, init: true }),
  skip_proxy: option("http", flag, { default: false, init: true }),
  auth_type: option("http", authTypes, { default: "basic" }),
  use_legacy_auth_encoding: option("http", flag, { default: true }),
  username: option("http", text, { secret: true }),
  password: option("http", text, { secret: true }),
  ntlm_domain: option("http", text, { secret: true }),
  kerberos_auth: option("http", kerberosAuth),
  kerberos_cache: option("http", text, KERBEROS),
  kerberos_delegate: option("http", flag, KERBEROS_FLAG),
  kerberos_force_initiate: option("http", flag, KERBEROS_FLAG),
  kerberos_hostname: option("http", text, KERBEROS),
  kerberos_principal: option("http", text, KERBEROS),
  kerberos_keytab: option("http", text, KERBEROS),
  auth_token: option("http", authToken, { secret: true }),
  aws_region: option("http", text),
  aws_host: option("http", text),
  aws_service: option("http", text),
  tls_verify: option("http", flag, { default: true }),
  tls_validate_hostname: option("http", flag, { default: true }),
  tls_use_host_header: option("http", flag, { default: false }),
  tls_ignore_warning: option("http", flag, { default: false, init: true }),
  tls_cert: option("http", nonEmptyText),
  tls_private_key: option("http", nonEmptyText),
  tls_private_key_password: option("http", text, { secret: true }),
  tls_ca_cert: option("http", nonEmptyText),
  tls_protocols_allowed: option("http", tlsVersions, { default: ["SSLv3", "TLSv1.2", "TLSv1.3"] }),
  tls_ciphers: option("http", cipherSuites),
  headers: option("http", headers, { secret: true }),
  extra_headers: option("http", headers, { secret: true }),
  timeout: option("http", seconds, { default: 10, init: true }),
  connect_timeout: option("http", seconds),
  read_timeout: option("http", seconds),
  request_size: option("http", kibibytes, { default: 16, noEffect: "a response is read as it arrives" }),
  log_requests: option("http", flag, { default: false, init: true }),
  persist_connections: option("http", flag, { default: false }),
  allow_redirects: option("http", flag, { default: true }),
  max_response_bytes: option("http", byteCount, { default: 64 * 1024 * 1024 }),

  tags: option("default", texts, { default: [] }),
  service: option("default", nonEmptyText, { init: true }),
  min_collection_interval: option("default", seconds, { default: 15 }),
  empty_default_hostname: option("default", flag, { default: false }),
  disable_generic_tags: option("default", flag, { default: false }),
  enable_legacy_tags_normalization: option("default", flag, {
    default: true,
    noEffect: "tags are handed to the host as they are, and the host normalizes them",
  }),
  metric_patterns: option("default", includeExclude),
} satisfies Readonly<Record<string, Option>>;

/** The name of an option of an instance. */
export type OptionName = keyof typeof OPTIONS;

/** All names, in the order of the documents. */
export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

/** The record of an option, whichever it is. */
export const optionOf = (name: OptionName): Option => OPTIONS[name];

/** Names that a host agent reads from an instance itself; they are neither used nor reported here. */
export const HOST_OPTIONS: readonly string[] = ["name", "loader", "no_index"];

type Table = typeof OPTIONS;
type Value<N extends OptionName> = Frozen<v.InferOutput<ReturnType<Table[N]["schema"]>>>;
type WithDefault = { [N in OptionName]: Table[N]["default"] extends undefined ? never : N }[OptionName];
/** The options that every instance has on which they act. */
type Present = WithDefault | EndpointName | "connect_timeout" | "read_timeout";
type Acting<Kind extends InstanceKind> = {
  [N in OptionName]: Kind extends Table[N]["kinds"][number] ? N : never;
}[OptionName];

/** Options by name, with the defaults of the table and those of `init_config` applied. */
type Options<N extends OptionName> =
  & { readonly [K in N & Present]: Value<K> }
  & { readonly [K in Exclude<N, Present>]?: Value<K> | undefined };

/**
 * The validated options of an instance, under the names of the file: those that act on its kind, and no others.
 *
 * The endpoint is here as it was configured, with its user info: for tags and messages use `ValidConfig.url`.
 */
export type Instance<Kind extends InstanceKind = InstanceKind> = Kind extends InstanceKind ? Options<Acting<Kind>>
  : never;

/** The name of an option that is a list of regular expressions. */
export type PatternListName = {
  [N in OptionName]: Table[N]["schema"] extends typeof patterns ? N : never;
}[OptionName];

/** The validated values of any options; what is not set is absent. */
export type Values = { readonly [N in OptionName]?: Value<N> | undefined };

type HttpName = {
  [N in OptionName]: Table[N]["group"] extends "http" ? HttpKind extends Table[N]["kinds"][number] ? N : never : never;
}[OptionName];

/**
 * The options of an instance that say how to speak HTTP; those of every kind that does are such options. Some kinds
 * limit the requests at a time, or want to know whether a connection came about.
 */
export type HttpOptions = Options<HttpName> & Pick<Values, "max_concurrency" | "ignore_connection_errors">;

/** The names of the options that act on a kind, in the order of the documents. */
export function namesFor(kind: InstanceKind): readonly OptionName[] {
  // A loop: a function that is called for each option is compiled, in every start (bench: start, "check/validate").
  const names: OptionName[] = [];
  for (const name of OPTION_NAMES) {
    const { kinds }: Option = OPTIONS[name];
    if (kinds.includes(kind)) names.push(name);
  }
  return names;
}

/** The names of {@linkcode HttpOptions} that every kind has which speaks HTTP. */
export function httpNames(): readonly OptionName[] {
  return OPTION_NAMES.filter((name) => {
    const { group, kinds } = optionOf(name);
    return group === "http" && KINDS.http.every((kind) => kinds.includes(kind));
  });
}

/** Whether a name of an instance means something to a kind: it acts on it, or is of no option at all. */
export function concerns(name: string, kind: InstanceKind): boolean {
  return !Object.hasOwn(OPTIONS, name) || optionOf(name as OptionName).kinds.includes(kind);
}

/** Whether the value of a name may be shown: it is of an option that holds no secret. */
export function mayBeShown(name: string): boolean {
  return Object.hasOwn(OPTIONS, name) && !optionOf(name as OptionName).secret;
}

type InitName = { [N in OptionName]: Table[N]["init"] extends true ? N : never }[OptionName];

/** What `init_config` says: defaults for all instances of the file, only those that are set. */
export type InitConfig = { readonly [N in InitName]?: Value<N> };

/** The names that `init_config` may hold. */
export function initNames(): readonly InitName[] {
  return OPTION_NAMES.filter((name): name is InitName => OPTIONS[name].init);
}
