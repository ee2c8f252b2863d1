import { clean, type FileValues } from "./clean.ts";
import { optionsOf } from "./defaults.ts";
import { chooseEndpoint, endpointUrl } from "./endpoint.ts";
import { child, found } from "./found.ts";
import { checkPatterns, doubtfulPatterns } from "./instance_patterns.ts";
import { IssueList } from "./issue_list.ts";
import {
  HOST_OPTIONS,
  type InitConfig,
  initNames,
  type Instance,
  namesFor,
  OPTION_NAMES,
  type OptionName,
  optionOf,
  OPTIONS,
  type Values,
} from "./options.ts";
import { checkRules } from "./rules.ts";
import { parseWith } from "./schema_issues.ts";
import { isMapping } from "./schemas.ts";
import { type ConfigIssue, type EndpointName, ENDPOINTS, type HttpKind, type InstanceKind } from "./types.ts";
import { reportUnknownNames, unknownName } from "./unknown_names.ts";

/** An instance of a kind that can run. */
export type ConfigOf<Kind extends InstanceKind> = Kind extends InstanceKind ? {
    readonly kind: Kind;
    /** The endpoint as configured, without user info; for `metrics_log` the directory, or the first path. */
    readonly url: string;
    /** The options that act on this kind, with defaults; its endpoint may hold user info. */
    readonly options: Instance<Kind>;
  }
  : never;

/** An instance that can run: one of a union, told apart by `kind`. */
export type ValidConfig = ConfigOf<InstanceKind>;

/** An instance that can run and asks a server. */
export type HttpConfig = ConfigOf<HttpKind>;

/** What a validation says. Both forms may hold warnings; only the second holds errors. */
export type ValidationResult =
  | { readonly ok: true; readonly config: ValidConfig; readonly issues: readonly ConfigIssue[] }
  | {
    readonly ok: false;
    readonly issues: readonly ConfigIssue[];
    /**
     * Where its endpoint is right: what could be read, with defaults in place of what is wrong. It tells which target is
     * not watched; it is not to be run.
     */
    readonly readable?: ValidConfig;
  };

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
  const issues = new IssueList(path);
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
      unknownName(name, initNames(), at, issues);
    } else if (!optionOf(name).init) {
      issues.warning(at, `${name} has no effect in init_config; set it in the instances.`);
    } else {
      const { schema: schemaOf, secret } = optionOf(name);
      const schema = schemaOf();
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
  file?: FileValues,
): Promise<ValidationResult> {
  const issues = new IssueList(path);
  issues.addAll(initResult.issues);
  if (!isMapping(instance)) {
    issues.error(path, `Found ${found(instance, false)}; expected a mapping of options.`);
    return { ok: false, issues: issues.all };
  }
  const cleaned = clean(instance, path, issues, file);
  if (!isMapping(cleaned)) return { ok: false, issues: issues.all, ...await readableOf(instance, initResult, path) };
  const endpoint = chooseEndpoint(cleaned, path, issues);
  const values = readOptions(cleaned, endpoint?.kind, path, issues);
  const { init } = initResult;
  const options = endpoint && optionsOf(endpoint.kind, values, init);
  checkRules(options ?? values, path, issues);
  const url = endpoint && endpointAddress(endpoint.name, values, path, issues);
  const doubtful = doubtfulPatterns(values, path);
  if (doubtful.length > 0) await checkPatterns(doubtful, path, issues);
  if (endpoint === undefined || url === undefined) return { ok: false, issues: issues.all };
  // The options are those of this kind.
  const config = { kind: endpoint.kind, url, options } as ValidConfig;
  return issues.failed ? { ok: false, issues: issues.all, readable: config } : { ok: true, config, issues: issues.all };
}

/** Of an instance that is too large to be read: which target is not watched. */
async function readableOf(
  instance: Record<string, unknown>,
  init: InitResult,
  path: string,
): Promise<{ readonly readable?: ValidConfig }> {
  const endpoints = Object.fromEntries(Object.entries(instance).filter(([name]) => isOption(name) && isEndpoint(name)));
  // The endpoint itself may be what is too large.
  if (Object.keys(endpoints).length === Object.keys(instance).length) return {};
  const result = await validateWithInit(endpoints, init, path);
  const readable = result.ok ? result.config : result.readable;
  return readable === undefined ? {} : { readable };
}

function readOptions(
  instance: Record<string, unknown>,
  kind: InstanceKind | undefined,
  path: string,
  issues: IssueList,
): Values {
  let known: readonly string[] | undefined;
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(instance)) {
    const at = child(path, name);
    if (!isOption(name)) {
      if (!HOST_OPTIONS.includes(name)) unknownName(name, known ??= knownFor(kind), at, issues);
      continue;
    }
    const { kinds, schema: schemaOf, secret, noEffect, default: byDefault } = optionOf(name);
    if (kind !== undefined && !kinds.includes(kind)) {
      if (!isEndpoint(name)) reportNoEffect(name, kind, kinds, at, issues);
      continue;
    }
    const schema = schemaOf();
    reportUnknownNames(schema, value, at, issues);
    const parsed = parseWith(schema, value, at, secret, issues);
    if (parsed === undefined) continue;
    values[name] = parsed;
    if (noEffect !== undefined && parsed !== byDefault) issues.warning(at, `${name} has no effect here: ${noEffect}.`);
  }
  return values as Values;
}

/** The names to look for a misspelt one in: first those that act on this kind. */
function knownFor(kind: InstanceKind | undefined): readonly string[] {
  const acting = kind === undefined ? [] : namesFor(kind);
  return [...new Set([...acting, ...OPTION_NAMES])];
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
  values: Values,
  path: string,
  issues: IssueList,
): string | undefined {
  if (name === "metrics_log") {
    const log = values.metrics_log;
    return log?.directory ?? log?.ts_metrics ?? log?.model_metrics;
  }
  const value = values[name];
  return value === undefined ? undefined : endpointUrl(value, child(path, name), issues);
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
