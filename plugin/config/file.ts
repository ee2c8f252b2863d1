import { clean, fileValues } from "./clean.ts";
import { child, found } from "./found.ts";
import { IssueList } from "./issue_list.ts";
import { LIMITS } from "./limits.ts";
import { type LogsEntry, validateLogs } from "./logs.ts";
import { nearest } from "./nearest.ts";
import { type InitConfig, OPTIONS } from "./options.ts";
import { isMapping } from "./schemas.ts";
import { type ConfigIssue, ENDPOINTS } from "./types.ts";
import { unknownName } from "./unknown_names.ts";
import { validateInitConfig, validateWithInit, type ValidationResult } from "./validate.ts";

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

/** One instance of a file. */
export interface FileInstance {
  /** `instances[1]`, or `instance` for a file that is one bare instance. */
  readonly path: string;
  /** As it stood in the file: what a host would send. */
  readonly raw: unknown;
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
  /** All issues: of the file, of `init_config`, of each instance, of the logs. */
  readonly issues: readonly ConfigIssue[];
}

/**
 * Reads a configuration: YAML or JSON in the Agent's shape (`init_config`, `instances`, `logs`), or one bare
 * instance. One bad instance does not lose the others. Nothing is thrown for what a text may hold.
 *
 * @param origin what to call the text in syntax errors: a file's name, `standard input`.
 */
export async function readConfig(text: string, origin: string): Promise<FileResult> {
  const issues = new IssueList(origin);
  const document = await parse(text, origin, issues);
  const sections = document && readSections(document.value, origin, issues);
  if (sections === undefined) {
    return { origin, ok: false, instances: [], rawInitConfig: undefined, initConfig: {}, logs: [], issues: issues.all };
  }
  const init = validateInitConfig(sections.initConfig);
  issues.addAll(init.issues);
  const values = fileValues();
  const told = new Set(init.issues);
  const instances: FileInstance[] = [];
  for (const { path, raw } of sections.instances) {
    const result = await validateWithInit(raw, init, path, values);
    instances.push({ path, raw, result });
    issues.addAll(result.issues.filter((issue) => !told.has(issue)));
  }
  const logs = sections.logs === undefined ? undefined : clean(sections.logs, "logs", issues, values);
  return {
    origin,
    instances,
    rawInitConfig: sections.initConfig,
    initConfig: init.init,
    logs: logs === undefined ? [] : await validateLogs(logs, init.init.service, "logs", issues),
    ok: !issues.failed,
    issues: issues.all,
  };
}

async function parse(text: string, origin: string, issues: IssueList): Promise<{ value: unknown } | undefined> {
  if (text.length > LIMITS.fileCharacters) {
    issues.error(
      origin,
      `Found ${text.length} characters; expected a configuration of at most ${LIMITS.fileCharacters}.`,
    );
    return undefined;
  }
  if (/^\s*[[{]/.test(text)) {
    try {
      return { value: JSON.parse(text) };
    } catch {
      // Flow style of YAML looks alike, and the YAML parser's errors have a line and a column.
    }
  }
  const { parseYaml } = await import("./yaml.ts");
  try {
    return parseYaml(text, origin, issues);
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

interface Sections {
  readonly initConfig: unknown;
  readonly instances: readonly { readonly path: string; readonly raw: unknown }[];
  readonly logs: unknown;
}

function readSections(document: unknown, origin: string, issues: IssueList): Sections | undefined {
  if (!isMapping(document)) {
    const what = document === null || document === undefined ? "an empty document" : found(document, true);
    const suggestion = Array.isArray(document) ? "put `instances:` above the list" : undefined;
    issues.error(origin, `Found ${what}; expected a mapping with instances, or one instance.`, suggestion);
    return undefined;
  }
  if (isBareInstance(document)) {
    return { initConfig: undefined, instances: [{ path: "instance", raw: document }], logs: undefined };
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
    initConfig,
    instances: list.slice(0, LIMITS.fileInstances).map((raw, i) => ({ path: child("instances", i), raw })),
    logs: logs ?? undefined,
  };
}

/** A mapping without sections that names an endpoint or, failing that, some option of an instance. */
function isBareInstance(document: Record<string, unknown>): boolean {
  if (SECTIONS.some((name) => Object.hasOwn(document, name))) return false;
  if (ENDPOINTS.some(([name]) => Object.hasOwn(document, name))) return true;
  return Object.keys(document).some((name) => Object.hasOwn(OPTIONS, name));
}
