import { clean, type FileValues, fileValues } from "./clean.ts";
import type { Embedded } from "./containers/embedded.ts";
import { isComposeFile, isManifest } from "./containers/recognise.ts";
import { IssueList } from "./issue_list.ts";
import { LIMITS } from "./limits.ts";
import { type LogsEntry, validateLogs } from "./logs.ts";
import type { InitConfig } from "./options.ts";
import type { Parsed } from "./parse.ts";
import { readSource } from "./read_source.ts";
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

/** `readConfig` of mod.ts, which says what it takes and gives. */
export async function readConfig(
  source: string | Uint8Array,
  origin: string,
  templates?: TemplateValues,
  exists?: (path: string) => boolean,
): Promise<FileResult> {
  const { file, parsed } = await readFile(source, origin, templates);
  const { instances, text } = file;
  const issues = [...file.issues, ...await doubtful(file, parsed, exists)];
  const found = new Set([...issues, ...instances.flatMap(({ result }) => result.issues)]);
  if (found.size === 0) return file;
  // Loaded here because most configurations have none.
  const { once, placed } = await import("./placed.ts");
  const place = await placed(found, text, parsed, async (text) => {
    const { file, parsed } = await readFile(text, origin, templates);
    return [...file.issues, ...await doubtful(file, parsed, exists)];
  });
  return {
    ...file,
    instances: instances.map((instance) => {
      const { result } = instance;
      return { ...instance, result: { ...result, issues: result.issues.map(place) } };
    }),
    issues: once(issues.map(place)),
  };
}

/** What is right for a program and hardly what was meant, where nothing else is wrong with it. */
async function doubtful(
  { text, instances, logs, issues }: FileResult,
  parsed: Parsed | undefined,
  exists: ((path: string) => boolean) | undefined,
): Promise<ConfigIssue[]> {
  if (parsed === undefined) return [];
  const { doubtfulInstances } = await import("./mistakes/instances.ts");
  const { isSuspect, suspicious } = await import("./mistakes/suspicious.ts");
  const missing = exists && (await import("./mistakes/missing_files.ts")).missingFiles(instances, logs, exists);
  const found = [
    ...doubtfulInstances(instances),
    ...(missing ?? []),
    ...(isSuspect(text) ? suspicious(await parsed.places()) : []),
  ];
  const told = new Set(issues.map(({ path }) => path));
  return found.filter(({ path }) => !told.has(path));
}

/** What a file says, with issues that know no places. */
async function readFile(
  source: string | Uint8Array,
  origin: string,
  templates: TemplateValues | undefined,
): Promise<{ readonly file: FileResult; readonly parsed: Parsed | undefined }> {
  const issues = new IssueList(origin);
  const { text, parsed } = await readSource(source, origin, issues);
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
  const file = {
    origin,
    text,
    instances,
    rawInitConfig: parts[0]?.initConfig,
    initConfig: initConfig ?? {},
    logs,
    rawLogs: parts.flatMap((part) => part.logs.flatMap(({ raw }) => Array.isArray(raw) ? raw : [raw])),
    ok: !issues.failed,
    issues: issues.all,
  };
  return { file, parsed };
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
