import { clean } from "./clean.ts";
import { type Values, withDefaults } from "./defaults.ts";
import { chooseEndpoint, type EndpointName, ENDPOINTS, endpointUrl } from "./endpoint.ts";
import { child, found } from "./found.ts";
import { checkPatterns, doubtfulPatterns } from "./instance_patterns.ts";
import { IssueList } from "./issue_list.ts";
import {
  HOST_OPTIONS,
  INIT_NAMES,
  type InitConfig,
  type Instance,
  OPTION_NAMES,
  type OptionName,
  OPTIONS,
} from "./options.ts";
import { checkRules } from "./rules.ts";
import { parseWith } from "./schema_issues.ts";
import { isMapping, type OptionSchema } from "./schemas.ts";
import type { ConfigIssue, InstanceKind } from "./types.ts";
import { reportUnknownNames, unknownName } from "./unknown_names.ts";

/** An instance that can run. */
export interface ValidConfig {
  readonly kind: InstanceKind;
  /** The endpoint as configured, without user info; for `metrics_log` the directory, or the first path. */
  readonly url: string;
  /** All options, with defaults; its endpoint may hold user info. */
  readonly options: Instance;
  /** What `init_config` sets; the options have it already. */
  readonly init: InitConfig;
}

/** What a validation says. Both forms may hold warnings; only the second holds errors. */
export type ValidationResult =
  | { readonly ok: true; readonly config: ValidConfig; readonly issues: readonly ConfigIssue[] }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

/** A validated `init_config`. */
export interface InitResult {
  readonly init: InitConfig;
  readonly issues: readonly ConfigIssue[];
  /** An instance can be run with it. */
  readonly ok: boolean;
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

/** Checks `init_config`, which may be `null` or absent. */
export function validateInitConfig(initConfig: unknown, path = "init_config"): InitResult {
  const issues = new IssueList();
  if (initConfig === undefined || initConfig === null) return { init: {}, issues: [], ok: true };
  if (!isMapping(initConfig)) {
    issues.error(path, `Found ${found(initConfig, false)}; expected a mapping of options, or nothing.`);
    return { init: {}, issues: issues.all, ok: false };
  }
  const cleaned = clean(initConfig, path, issues);
  const init: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(isMapping(cleaned) ? cleaned : {})) {
    const at = child(path, name);
    if (!isOption(name)) {
      unknownName(name, INIT_NAMES, at, issues);
    } else if (!OPTIONS[name].init) {
      issues.warning(at, `${name} has no effect in init_config; set it in the instances.`);
    } else {
      const { secret } = OPTIONS[name];
      const schema: OptionSchema = OPTIONS[name].schema();
      reportUnknownNames(schema, value, at, issues);
      init[name] = parseWith(schema, value, at, secret, issues);
    }
  }
  return { init, issues: issues.all, ok: !issues.failed };
}

/** Checks an instance against an `init_config` that was checked before. */
export async function validateWithInit(
  instance: unknown,
  initResult: InitResult,
  path: string,
): Promise<ValidationResult> {
  const issues = new IssueList();
  issues.addAll(initResult.issues);
  if (!isMapping(instance)) {
    issues.error(path, `Found ${found(instance, false)}; expected a mapping of options.`);
    return { ok: false, issues: issues.all };
  }
  const cleaned = clean(instance, path, issues);
  if (!isMapping(cleaned)) return { ok: false, issues: issues.all };
  const endpoint = chooseEndpoint(cleaned, path, issues);
  const values = readOptions(cleaned, endpoint?.kind, path, issues);
  const options = withDefaults(values, initResult.init);
  checkRules(options, path, issues);
  const url = endpoint && endpointAddress(endpoint.name, options, path, issues);
  const doubtful = doubtfulPatterns(values, path);
  if (doubtful.length > 0) await checkPatterns(doubtful, issues);
  if (issues.failed || endpoint === undefined || url === undefined) return { ok: false, issues: issues.all };
  return { ok: true, config: { kind: endpoint.kind, url, options, init: initResult.init }, issues: issues.all };
}

function readOptions(
  instance: Record<string, unknown>,
  kind: InstanceKind | undefined,
  path: string,
  issues: IssueList,
): Values {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(instance)) {
    const at = child(path, name);
    if (!isOption(name)) {
      if (!HOST_OPTIONS.includes(name)) unknownName(name, known(kind), at, issues);
      continue;
    }
    const { kinds, secret } = OPTIONS[name];
    if (kind !== undefined && !kinds.includes(kind)) {
      if (!isEndpoint(name)) reportNoEffect(name, kind, kinds, at, issues);
      continue;
    }
    const schema: OptionSchema = OPTIONS[name].schema();
    reportUnknownNames(schema, value, at, issues);
    const parsed = parseWith(schema, value, at, secret, issues);
    if (parsed !== undefined) values[name] = parsed;
  }
  return values as Values;
}

/** The names to look for a misspelt one in: first those that act on this kind. */
function known(kind: InstanceKind | undefined): readonly string[] {
  const acting = OPTION_NAMES.filter((name) => kind === undefined || OPTIONS[name].kinds.includes(kind));
  return [...acting, ...OPTION_NAMES];
}

function isEndpoint(name: OptionName): name is EndpointName {
  return ENDPOINTS.some(([endpoint]) => endpoint === name);
}

function reportNoEffect(
  name: OptionName,
  kind: InstanceKind,
  kinds: readonly InstanceKind[],
  path: string,
  issues: IssueList,
): void {
  const key = (of: InstanceKind) => ENDPOINTS.find(([, made]) => made === of)?.[0] ?? of;
  issues.warning(
    path,
    `${name} has no effect on an instance with ${key(kind)}; it acts on those with ${kinds.map(key).join(", ")}.`,
  );
}

function endpointAddress(
  name: EndpointName,
  options: Instance,
  path: string,
  issues: IssueList,
): string | undefined {
  const value = options[name];
  if (name !== "metrics_log") {
    return typeof value === "string" ? endpointUrl(value, child(path, name), issues) : undefined;
  }
  if (value === undefined || typeof value === "string") return value;
  return value.directory ?? value.ts_metrics ?? value.model_metrics;
}

/**
 * Checks one instance: its options, their types and ranges, the endpoint, what is misspelt or without effect.
 * Nothing is read or sent, and only regular expressions that need a compiler make it wait.
 *
 * @param instance what stood in the file, or came from the host.
 * @param initConfig the file's `init_config`; its values are defaults of the instance.
 * @param path where the instance stands, for the issues: `instances[0]`.
 * @param initPath where `init_config` stands.
 */
export function validateInstance(
  instance: unknown,
  initConfig: unknown,
  path = "instance",
  initPath = "init_config",
): Promise<ValidationResult> {
  return validateWithInit(instance, validateInitConfig(initConfig, initPath), path);
}
