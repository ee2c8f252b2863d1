import { clean, type FileValues, fileValues } from "./clean.ts";
import type { Embedded } from "./containers/embedded.ts";
import { isComposeFile, isManifest } from "./containers/recognise.ts";
import { child, found } from "./found.ts";
import { IssueList } from "./issue_list.ts";
import { LIMITS } from "./limits.ts";
import { type LogsEntry, validateLogs } from "./logs.ts";
import { nearest } from "./nearest.ts";
import { type InitConfig, OPTIONS } from "./options.ts";
import { isMapping } from "./schemas.ts";
import { type Resolved, resolveTemplates, type TemplateValues } from "./templates.ts";
import { type ConfigIssue, ENDPOINTS } from "./types.ts";
import { unknownName } from "./unknown_names.ts";
import { type InitResult, validateInitConfig, validateWithInit, type ValidationResult } from "./validate.ts";

/** Names that mean something at the top of a file; the others of the host are let through. */
const SECTIONS = ["init_config", "instances", "logs"];
const HOST_SECTIONS = [
  "ad_identifiers",
  "advanced_ad_identifiers",
  "check_tag_cardinality",
  "cluster_check",
  "discovery",
  "ignore_autodiscovery_tags",
];

/** Sections of a file that is for services which the host agent discovers. */
const AUTODISCOVERY = ["ad_identifiers", "advanced_ad_identifiers"];

/** One instance of a file. */
export interface FileInstance {
  /** `instances[1]`, or `instance` for a file that is one bare instance. */
  readonly path: string;
  /** As it stood in the file, template variables too. */
  readonly raw: unknown;
  /** The `init_config` that it stands beside, as it stood in the file. */
  readonly rawInitConfig: unknown;
  readonly result: ValidationResult;
}

/** What a file says. */
export interface FileResult {
  /** What the file was called in the call. */
  readonly origin: string;
  /** There is at least one instance or log source, and no error anywhere. */
  readonly ok: boolean;
  readonly instances: readonly FileInstance[];
  /** As it stood in the file. */
  readonly rawInitConfig: unknown;
  readonly initConfig: InitConfig;
  /** Those that are right. */
  readonly logs: readonly LogsEntry[];
  /** As they stood in the file. */
  readonly rawLogs: readonly unknown[];
  /** All issues: of the file, of `init_config`, of each instance, of the logs. */
  readonly issues: readonly ConfigIssue[];
}

/**
 * Reads a configuration: YAML or JSON in the Agent's shape (`init_config`, `instances`, `logs`), one bare instance, or
 * a compose file or manifests of Kubernetes whose labels or annotations hold it. One bad instance does not lose the
 * others. Nothing is thrown for what a text may hold.
 *
 * @param origin what to call the text in syntax errors: a file's name, `standard input`.
 * @param templates what template variables stand for; without them they are errors.
 */
export async function readConfig(text: string, origin: string, templates?: TemplateValues): Promise<FileResult> {
  const issues = new IssueList(origin);
  const documents = await parse(text, origin, issues);
  const parts = documents === undefined ? [] : await readParts(documents, origin, issues);
  const values = fileValues();
  const instances: FileInstance[] = [];
  const logs: LogsEntry[] = [];
  let initConfig: InitConfig | undefined;
  for (const part of parts) {
    const mayBeLeft = templates?.left === "everywhere" || (templates?.left === "discovered" && part.isDiscovered);
    const resolve: Resolve = (value, path) =>
      templates === undefined
        ? { value, hide: (issues) => issues }
        : resolveTemplates(value, path, templates, mayBeLeft);
    const init = readInit(part, resolve);
    initConfig ??= init.init;
    issues.addAll(init.issues);
    const told = new Set(init.issues);
    for (const { path, raw } of part.instances) {
      const { value, hide } = resolve(raw, path);
      const validated = await validateWithInit(value, init, path, values);
      const result = { ...validated, issues: hide(validated.issues) };
      instances.push({ path, raw, rawInitConfig: part.initConfig, result });
      issues.addAll(result.issues.filter((issue) => !told.has(issue)));
    }
    const entries = await readLogs(part, init.init.service, values, resolve);
    issues.addAll(entries.issues);
    logs.push(...entries.logs);
  }
  return {
    origin,
    instances,
    rawInitConfig: parts[0]?.initConfig,
    initConfig: initConfig ?? {},
    logs,
    rawLogs: parts.flatMap((part) => part.logs.flatMap(({ raw }) => Array.isArray(raw) ? raw : [raw])),
    ok: !issues.failed,
    issues: issues.all,
  };
}

/** What stands together in a file: an `init_config`, and what it acts on. */
interface Part extends Embedded {
  readonly place: "file" | "container";
  /** It is for a service that the host agent discovers. */
  readonly isDiscovered: boolean;
}

async function readParts(documents: readonly unknown[], origin: string, issues: IssueList): Promise<readonly Part[]> {
  const [document] = documents;
  if (documents.length === 1 && !isComposeFile(document) && !isManifest(document)) {
    const sections = readSections(document, origin, issues);
    const isDiscovered = isMapping(document) && AUTODISCOVERY.some((name) => Object.hasOwn(document, name));
    return sections === undefined ? [] : [{ ...sections, place: "file", isDiscovered }];
  }
  const { readContainers } = await import("./containers/read.ts");
  const embedded = readContainers(documents, origin, issues);
  if (embedded.reduce((sum, { instances }) => sum + instances.length, 0) > LIMITS.fileInstances) {
    issues.error(
      origin,
      `Found more than ${LIMITS.fileInstances} instances; expected at most ${LIMITS.fileInstances}.`,
    );
    return [];
  }
  return embedded.map((part) => ({ ...part, place: "container", isDiscovered: true }));
}

type Resolve = (value: unknown, path: string) => Resolved;

function readInit({ initConfig, initPath }: Part, resolve: Resolve): InitResult {
  const { value, hide } = resolve(initConfig, initPath);
  const init = validateInitConfig(value, initPath);
  return { ...init, issues: hide(init.issues) };
}

async function readLogs(
  part: Part,
  service: string | undefined,
  values: FileValues,
  resolve: Resolve,
): Promise<{ readonly logs: readonly LogsEntry[]; readonly issues: readonly ConfigIssue[] }> {
  const logs: LogsEntry[] = [];
  const issues: ConfigIssue[] = [];
  for (const { path, raw } of part.logs) {
    const { value, hide } = resolve(raw, path);
    const found = new IssueList(path);
    const cleaned = clean(value, path, found, values);
    if (cleaned !== undefined) logs.push(...await validateLogs(cleaned, service, path, found, part.place));
    issues.push(...hide(found.all));
  }
  return { logs, issues };
}

/** The documents of a text: one, or the objects of Kubernetes that it lists. */
export async function parse(
  text: string,
  origin: string,
  issues: IssueList,
): Promise<readonly unknown[] | undefined> {
  if (text.length > LIMITS.fileCharacters) {
    issues.error(
      origin,
      `Found ${text.length} characters; expected a configuration of at most ${LIMITS.fileCharacters}.`,
    );
    return undefined;
  }
  if (/^\s*[[{]/.test(text)) {
    try {
      return [JSON.parse(text)];
    } catch {
      // Flow style of YAML looks alike, and the YAML parser's errors have a line and a column.
    }
  }
  const { parseYaml, parseYamlStream } = await import("./yaml.ts");
  try {
    if (/^kind:/m.test(text) && /^---/m.test(text)) return parseYamlStream(text, origin, issues);
    const document = parseYaml(text, origin, issues);
    return document && [document.value];
  } catch (error) {
    issues.error(origin, `Found ${thrownFor(error)}; expected a plain YAML document.`);
    return undefined;
  }
}

/** What a text holds for which the YAML library throws instead of collecting an error. */
function thrownFor(error: unknown): string {
  if (error instanceof RangeError) return "nesting beyond bounds";
  if (error instanceof ReferenceError) return "an alias (*) before its anchor (&), or aliases that multiply";
  return "a merge key (<<) without a mapping, or another thing that has no plain value";
}

function readSections(document: unknown, origin: string, issues: IssueList): Embedded | undefined {
  if (!isMapping(document)) {
    const what = document === null || document === undefined ? "an empty document" : found(document, true);
    const suggestion = Array.isArray(document) ? "put `instances:` above the list" : undefined;
    issues.error(origin, `Found ${what}; expected a mapping with instances, or one instance.`, suggestion);
    return undefined;
  }
  if (isBareInstance(document)) {
    return {
      initPath: "init_config",
      initConfig: undefined,
      instances: [{ path: "instance", raw: document }],
      logs: [],
    };
  }
  for (const name of Object.keys(document)) {
    if (SECTIONS.includes(name) || HOST_SECTIONS.includes(name)) continue;
    unknownName(name, [...SECTIONS, ...HOST_SECTIONS], child("", name), issues);
  }
  const { init_config: initConfig, instances, logs } = document;
  const absent = instances === null || instances === undefined || (Array.isArray(instances) && instances.length === 0);
  if (absent && (logs === null || logs === undefined)) {
    const suggestion = nearest("instances", Object.keys(document).filter((name) => !SECTIONS.includes(name)));
    issues.error(
      "instances",
      "Found no instances; expected a list with at least one.",
      suggestion === undefined ? undefined : "instances",
    );
  } else if (!absent && !Array.isArray(instances)) {
    const suggestion = isMapping(instances) ? "put `- ` before its first option" : undefined;
    issues.error("instances", `Found ${found(instances, true)}; expected a list of instances.`, suggestion);
  }
  const list: unknown[] = Array.isArray(instances) ? instances : [];
  if (list.length > LIMITS.fileInstances) {
    issues.error("instances", `Found ${list.length} instances; expected at most ${LIMITS.fileInstances}.`);
  }
  return {
    initPath: "init_config",
    initConfig,
    instances: list.slice(0, LIMITS.fileInstances).map((raw, i) => ({ path: child("instances", i), raw })),
    logs: logs === null || logs === undefined ? [] : [{ path: "logs", raw: logs }],
  };
}

/** A mapping without sections that names an endpoint or, failing that, some option of an instance. */
function isBareInstance(document: Record<string, unknown>): boolean {
  if (SECTIONS.some((name) => Object.hasOwn(document, name))) return false;
  if (ENDPOINTS.some(([name]) => Object.hasOwn(document, name))) return true;
  return Object.keys(document).some((name) => Object.hasOwn(OPTIONS, name));
}
