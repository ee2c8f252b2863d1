import { child, found } from "../found.ts";
import type { IssueList } from "../issue_list.ts";
import { isMapping } from "../schemas.ts";
import { unknownName } from "../unknown_names.ts";

/** The names that a label may have for this check: its own, and that of the integration that it takes the place of. */
export const CHECK_NAMES: readonly string[] = ["torchserve_check", "torchserve"];

/** What stands beside the instances of a check in a label (Datadog Agent 7.36 and later). */
const MEMBERS = ["name", "init_config", "instances", "logs", "ignore_autodiscovery_tags", "check_tag_cardinality"];

/** A configuration that stands in a container's labels or a pod's annotations. */
export interface Embedded {
  readonly initPath: string;
  readonly initConfig: unknown;
  readonly instances: readonly { readonly path: string; readonly raw: unknown }[];
  readonly logs: readonly { readonly path: string; readonly raw: unknown }[];
}

/** The labels or annotations of one container, by what they are for, each with the path where it stands. */
export interface Carrier {
  readonly checks?: { readonly path: string; readonly value: unknown } | undefined;
  readonly logs?: { readonly path: string; readonly value: unknown } | undefined;
}

/**
 * Reads the configurations of this check from the labels or annotations of one container, in the form that the Datadog
 * Agent reads since 7.36: `checks` is JSON, a mapping of names of checks; `logs` is JSON, a list.
 */
export function readCarrier({ checks, logs }: Carrier, issues: IssueList): Embedded[] {
  const named = checks === undefined ? [] : readChecks(checks.path, checks.value, issues);
  if (logs === undefined) return named;
  const value = asJson(logs.value, logs.path, issues, '[{"source": "torchserve"}]');
  if (value === undefined) return named;
  if (!Array.isArray(value)) {
    // Another application's, unless there is a check of ours.
    if (named.length > 0) issues.error(logs.path, `Found ${found(value, true)}; expected a list of log sources.`);
    return named;
  }
  const isOurs = named.length > 0 || value.some((entry) => isMapping(entry) && entry.source === "torchserve");
  if (!isOurs) return named;
  const [first, ...others] = named;
  const own = { path: logs.path, raw: value };
  if (first === undefined) return [{ initPath: logs.path, initConfig: undefined, instances: [], logs: [own] }];
  return [{ ...first, logs: [...first.logs, own] }, ...others];
}

function readChecks(path: string, text: unknown, issues: IssueList): Embedded[] {
  const checks = asJson(text, path, issues, '{"torchserve_check": {"instances": […]}}');
  if (checks === undefined) return [];
  if (!isMapping(checks)) {
    issues.error(path, `Found ${found(checks, true)}; expected a mapping from names of checks.`);
    return [];
  }
  const embedded: Embedded[] = [];
  for (const [key, check] of Object.entries(checks)) {
    const name = isMapping(check) && typeof check.name === "string" && check.name !== "" ? check.name : key;
    if (!CHECK_NAMES.includes(name)) continue;
    const read = readCheck(child(path, key), check, issues);
    if (read !== undefined) embedded.push(read);
  }
  return embedded;
}

function readCheck(path: string, check: unknown, issues: IssueList): Embedded | undefined {
  if (!isMapping(check)) {
    issues.error(path, `Found ${found(check, true)}; expected a mapping with instances.`);
    return undefined;
  }
  for (const name of Object.keys(check)) {
    if (!MEMBERS.includes(name)) unknownName(name, MEMBERS, child(path, name), issues);
  }
  const { instances, logs } = check;
  const at = child(path, "instances");
  const absent = instances === undefined || instances === null;
  if (!absent && !Array.isArray(instances)) {
    issues.error(at, `Found ${found(instances, true)}; expected a list of instances.`);
  } else if ((absent || instances.length === 0) && (logs === undefined || logs === null)) {
    issues.error(at, "Found no instances; expected a list with at least one.");
  }
  return {
    initPath: child(path, "init_config"),
    initConfig: check.init_config,
    instances: (Array.isArray(instances) ? instances : []).map((raw: unknown, i) => ({ path: child(at, i), raw })),
    logs: logs === undefined || logs === null ? [] : [{ path: child(path, "logs"), raw: logs }],
  };
}

/** What is never shown of a value that is no JSON: its text, which may hold a password. */
function asJson(value: unknown, path: string, issues: IssueList, example: string): unknown {
  if (typeof value !== "string") {
    issues.error(path, `Found ${found(value, true)}; expected JSON as text, in quotes.`, `'${example}'`);
    return undefined;
  }
  try {
    const parsed: unknown = JSON.parse(value);
    return parsed ?? undefined;
  } catch {
    issues.error(path, "Found text that is not JSON; expected JSON, since the host agent reads no YAML here.", example);
    return undefined;
  }
}
