import * as v from "valibot";
import {
  child,
  concerns,
  type ConfigIssue,
  fields,
  flag,
  type HttpKind,
  mapping,
  type ReadDocument,
  readDocument,
  seconds,
  type TemplateValues,
  validateInstance,
  wholeNumber,
} from "../config/mod.ts";
import { API_NAMES, APIS, type TorchServeApi } from "../torchserve/mod.ts";
import { ENTRY_FORMS, TargetList } from "./target_list.ts";
import type { TargetRules } from "./target.ts";

/** The module of a scrape that names none. */
export const DEFAULT_MODULE = "default";
const MAX_MODULES = 100;
const MAX_TARGETS = 10_000;
/** Probes at a time where the file says nothing: more than 200 targets of which each one hangs. */
const DEFAULT_PROBES = 256;
/** Probes of one target at a time: each of a pair of Prometheus servers, and one that was given up. */
const DEFAULT_PROBES_OF_A_TARGET = 4;

/** The kind of instance that watches an API. */
export const KINDS: Readonly<Record<TorchServeApi, HttpKind>> = {
  inference: "inference",
  management: "management",
  metrics: "openmetrics",
};

/** How targets are probed: an instance without its endpoint. */
export interface Module extends TargetRules {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Most seconds of a probe, whatever the scrape allows. */
  readonly probeTimeout: number | undefined;
  /** `tags`, and those that name the endpoint, stay. */
  readonly keepTags: boolean;
  /** The only targets that it is used for. */
  readonly targets: TargetList | undefined;
  /** A proxy of its own may be on the way. */
  readonly hasProxy: boolean;
  readonly skipsProxies: boolean;
}

/** What the exporter's file says. */
export interface Settings {
  readonly allow: TargetList;
  readonly modules: ReadonlyMap<string, Module>;
  readonly limits: { readonly probes: number; readonly probesOfATarget: number };
  /** What stands in the file, template variables and secrets too. */
  readonly written: Readonly<Record<string, unknown>>;
}

/** Settings, or why there are none. */
export interface SettingsResult {
  /** Absent where an issue is an error. */
  readonly settings?: Settings;
  readonly issues: readonly ConfigIssue[];
}

const texts = (what: string) =>
  v.pipe(
    v.array(v.string("a string"), `a list of ${what}`),
    v.maxLength(MAX_TARGETS, `at most ${MAX_TARGETS} entries`),
  );
const port = () => v.optional(wholeNumber(1, 65_535, "a port from 1 to 65535"));
const limit = (by: number) => v.optional(wholeNumber(1, 100_000, "a whole number from 1 to 100000"), by);

const fileSchema = fields({
  targets: v.optional(fields({ allow: v.optional(texts("targets"), []) }, "a mapping with allow"), {}),
  modules: v.optional(mapping(mapping(v.unknown(), "a mapping of options"), "a mapping of modules by name"), {}),
  limits: v.optional(
    fields({ probes: limit(DEFAULT_PROBES), probes_of_a_target: limit(DEFAULT_PROBES_OF_A_TARGET) }),
    {},
  ),
});

/** What a module has beside the options of an instance. */
const moduleEntries = {
  targets: v.optional(texts("targets")),
  apis: v.optional(
    v.pipe(
      v.array(v.picklist(API_NAMES, "inference, management or metrics"), "a list"),
      v.minLength(1, "at least one"),
    ),
    API_NAMES.slice(),
  ),
  ports: v.optional(fields({ inference: port(), management: port(), metrics: port() }, "a mapping of ports"), {}),
  probe_timeout: v.optional(seconds()),
  keep_tags: v.optional(flag(), false),
};
export const MODULE_NAMES = Object.keys(moduleEntries);

/** Options that prove to a target who asks: what a module with one of them is used for must be said. */
const CREDENTIALS = [
  "username",
  "password",
  "ntlm_domain",
  "auth_token",
  "headers",
  "extra_headers",
  "tls_cert",
  "token_key_file",
];

/**
 * Reads the exporter's file: YAML or JSON, with `%%env_NAME%%` for what stands in the environment.
 *
 * @param origin what to call it in syntax errors
 */
export async function readSettings(
  text: string,
  origin: string,
  environment: TemplateValues["environment"],
): Promise<SettingsResult> {
  const document = await readDocument(text, origin, fileSchema, { isSecret: false, templates: { environment } });
  const { settings, issues } = await settingsOf(document);
  const hidden = document.hide(issues);
  return settings === undefined ? { issues: hidden } : { settings, issues: hidden };
}

async function settingsOf(document: ReadDocument<v.InferOutput<typeof fileSchema>>): Promise<SettingsResult> {
  const issues = [...document.issues];
  if (document.value === undefined) return { issues };
  const { targets, modules: named, limits } = document.value;
  const allow = readTargets(targets.allow, "targets.allow", issues);
  const modules = new Map<string, Module>();
  const all = Object.entries<Readonly<Record<string, unknown>>>({ [DEFAULT_MODULE]: {}, ...named });
  if (all.length > MAX_MODULES) {
    issues.push(error("modules", `Found ${all.length}; expected at most ${MAX_MODULES}.`));
  }
  for (const [name, options] of all.slice(0, MAX_MODULES)) {
    const module = await readModule(name, options, issues);
    if (module !== undefined) modules.set(name, module);
  }
  if (issues.some(({ severity }) => severity === "error")) return { issues };
  const { probes, probes_of_a_target: probesOfATarget } = limits;
  return { settings: { allow, modules, limits: { probes, probesOfATarget }, written: document.written }, issues };
}

async function readModule(
  name: string,
  written: Readonly<Record<string, unknown>>,
  issues: ConfigIssue[],
): Promise<Module | undefined> {
  const path = child("modules", name);
  if (!/^[\w.-]{1,64}$/.test(name)) {
    issues.push(error(path, "Found a name of other characters; expected at most 64 letters, digits, _, - or dots."));
    return undefined;
  }
  const isOurs = ([key]: readonly [string, unknown]) => MODULE_NAMES.includes(key);
  const own = Object.fromEntries(Object.entries(written).filter(isOurs));
  const options = Object.fromEntries(Object.entries(written).filter((entry) => !isOurs(entry)));
  const read = v.safeParse(fields(moduleEntries), own);
  if (!read.success) {
    for (const issue of read.issues) {
      const at = issue.path?.reduce((at, { key }) => typeof key === "symbol" ? at : child(at, key as string), path) ??
        path;
      issues.push(error(at, `Found another value; expected ${issue.message}.`));
    }
    return undefined;
  }
  const { apis, ports, targets, probe_timeout: probeTimeout, keep_tags: keepTags } = read.output;
  await checkOptions(options, apis, path, issues);
  if (
    targets === undefined && (CREDENTIALS.some((key) => options[key] !== undefined) || options["auth_type"] === "aws")
  ) {
    issues.push(error(
      `${path}.targets`,
      "Found nothing; expected the targets that the credentials of this module may go to.",
    ));
  }
  return {
    name,
    options,
    apis: API_NAMES.filter((api) => apis.includes(api)),
    ports: {
      inference: ports.inference ?? APIS.inference.port,
      management: ports.management ?? APIS.management.port,
      metrics: ports.metrics ?? APIS.metrics.port,
    },
    probeTimeout,
    keepTags,
    targets: targets === undefined ? undefined : readTargets(targets, `${path}.targets`, issues),
    hasProxy: options["proxy"] !== undefined,
    skipsProxies: options["skip_proxy"] === true,
  };
}

/** Checks the options with an endpoint of each API, as probes will have them; says everything once. */
async function checkOptions(
  options: Readonly<Record<string, unknown>>,
  apis: readonly TorchServeApi[],
  path: string,
  issues: ConfigIssue[],
): Promise<void> {
  const told = new Set<string>();
  const endpoints = API_NAMES.map((api) => APIS[api].option as string).concat("metrics_log");
  for (const key of endpoints) {
    if (options[key] !== undefined) {
      issues.push(error(`${path}.${key}`, "Found an endpoint; expected none: the target of each probe is it."));
    }
  }
  for (const api of apis) {
    const instance = instanceOptions(options, api, "http://localhost:1");
    for (const key of endpoints) if (key !== APIS[api].option) delete instance[key];
    const { issues: found } = await validateInstance(instance, undefined, path);
    for (const issue of found) {
      const text = JSON.stringify(issue);
      if (!told.has(text)) issues.push(issue);
      told.add(text);
    }
  }
  for (const key of Object.keys(options)) {
    if (endpoints.includes(key) || apis.some((api) => concerns(key, KINDS[api]))) continue;
    issues.push({ severity: "warning", path: `${path}.${key}`, message: `It has no effect on ${apis.join(", ")}.` });
  }
}

/** An instance of an API: those of the module's options that act on its kind, and its endpoint. */
export function instanceOptions(
  options: Readonly<Record<string, unknown>>,
  api: TorchServeApi,
  url: string,
): Record<string, unknown> {
  const acting = Object.entries(options).filter(([name]) => concerns(name, KINDS[api]));
  return { ...Object.fromEntries(acting), [APIS[api].option]: url };
}

function readTargets(entries: readonly string[], path: string, issues: ConfigIssue[]): TargetList {
  return TargetList.read(
    entries,
    (i) => issues.push(error(`${path}[${i}]`, `Found no target; expected ${ENTRY_FORMS}.`)),
  );
}

const error = (path: string, message: string): ConfigIssue => ({ severity: "error", path, message });
