import type { Embedded } from "./containers/embedded.ts";
import { child, found } from "./found.ts";
import type { IssueList } from "./issue_list.ts";
import { LIMITS } from "./limits.ts";
import { nearest } from "./nearest.ts";
import { OPTIONS } from "./options.ts";
import { isMapping } from "./schemas.ts";
import { ENDPOINTS } from "./types.ts";
import { unknownName } from "./unknown_names.ts";

/** Names that mean something at the top of a file; the others of the host are let through. */
export const SECTIONS: readonly string[] = ["init_config", "instances", "logs"];
export const HOST_SECTIONS = [
  "ad_identifiers",
  "advanced_ad_identifiers",
  "check_tag_cardinality",
  "cluster_check",
  "discovery",
  "ignore_autodiscovery_tags",
];

/** What the sections of a document hold, or the one instance that it is; `undefined` after an error. */
export function readSections(document: unknown, origin: string, issues: IssueList): Embedded | undefined {
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
  const unknown = Object.keys(document).filter((name) => !SECTIONS.includes(name) && !HOST_SECTIONS.includes(name));
  const misspelt = Object.hasOwn(document, "instances") || Object.hasOwn(document, "logs")
    ? undefined
    : nearest("instances", unknown);
  for (const name of unknown) {
    if (name !== misspelt) unknownName(name, [...SECTIONS, ...HOST_SECTIONS], child("", name), issues);
  }
  const { init_config: initConfig, instances, logs } = document;
  const absent = instances === null || instances === undefined || (Array.isArray(instances) && instances.length === 0);
  if (absent && (logs === null || logs === undefined)) {
    if (misspelt !== undefined) {
      issues.error(child("", misspelt), `Found the name ${misspelt}; expected instances.`, "instances");
    } else issues.error("instances", "Found no instances; expected a list with at least one.");
  } else if (!absent && !Array.isArray(instances)) {
    const suggestion = isMapping(instances)
      ? "put `- ` before its first option, and two spaces before the others"
      : undefined;
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
export function isBareInstance(document: unknown): boolean {
  if (!isMapping(document)) return false;
  if (SECTIONS.some((name) => Object.hasOwn(document, name))) return false;
  if (ENDPOINTS.some(([name]) => Object.hasOwn(document, name))) return true;
  return Object.keys(document).some((name) => Object.hasOwn(OPTIONS, name));
}
