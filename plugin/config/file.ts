import { clean, type FileValues, fileValues } from "./clean.ts";
import type { Embedded } from "./containers/embedded.ts";
import { isComposeFile, isManifest } from "./containers/recognise.ts";
import { IssueList } from "./issue_list.ts";
import { LIMITS } from "./limits.ts";
import { type LogsEntry, validateLogs } from "./logs.ts";
import type { InitConfig } from "./options.ts";
import { parse, plainLines } from "./parse.ts";
import { isMapping } from "./schemas.ts";
import { type Resolved, resolveTemplates, type TemplateValues } from "./templates.ts";
import { readSections } from "./sections.ts";
import type { ConfigIssue } from "./types.ts";
import { type InitResult, validateInitConfig, validateWithInit, type ValidationResult } from "./validate.ts";

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
  /** What was read, with lines as issues count them. */
  readonly text: string;
  /** All issues, each with its place: of the file, of `init_config`, of each instance, of the logs. */
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
  const plain = plainLines(text);
  const parsed = await parse(plain, origin, issues);
  const parts = parsed === undefined ? [] : await readParts(parsed.values, origin, issues);
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
  const { all } = issues;
  const found = new Set([...all, ...instances.flatMap(({ result }) => result.issues)]);
  // Loaded here because most configurations have none.
  const placed = found.size === 0
    ? (issue: ConfigIssue) => issue
    : await (await import("./placed.ts")).placed(found, parsed);
  return {
    origin,
    text: plain,
    instances: instances.map((instance) => {
      const { result } = instance;
      return { ...instance, result: { ...result, issues: result.issues.map(placed) } };
    }),
    rawInitConfig: parts[0]?.initConfig,
    initConfig: initConfig ?? {},
    logs,
    rawLogs: parts.flatMap((part) => part.logs.flatMap(({ raw }) => Array.isArray(raw) ? raw : [raw])),
    ok: !issues.failed,
    issues: all.length === 0 ? all : (await import("./placed.ts")).once(all.map(placed)),
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
