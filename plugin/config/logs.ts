import * as v from "valibot";
import { child, found } from "./found.ts";
import type { Frozen } from "./frozen.ts";
import { isHarmless } from "./instance_patterns.ts";
import type { IssueList } from "./issue_list.ts";
import { parseWith } from "./schema_issues.ts";
import {
  choice,
  fields,
  flag,
  isMapping,
  list,
  nonEmptyText,
  oneOf,
  openFields,
  text,
  texts,
  wholeNumber,
} from "./schemas.ts";
import { reportUnknownNames } from "./unknown_names.ts";

/** The sources of logs that a host's log agent knows. */
export const LOG_TYPES = ["file", "tcp", "udp", "journald", "windows_event"] as const;

const RULE_TYPES = ["exclude_at_match", "include_at_match", "mask_sequences", "multi_line"] as const;
const ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be", "shift-jis"] as const;

function rule() {
  const simple = fields({ type: oneOf(RULE_TYPES), name: nonEmptyText(), pattern: nonEmptyText() });
  const mask = fields({
    type: oneOf(["mask_sequences"]),
    name: nonEmptyText(),
    pattern: nonEmptyText(),
    replace_placeholder: text(),
  });
  return choice([simple, mask], (value) => isMapping(value) && value.type === "mask_sequences" ? mask : simple);
}

function tags() {
  const [one, several] = [text(), texts()];
  return choice([one, several], (value) => typeof value === "string" ? one : several);
}

function shared() {
  return {
    source: v.optional(nonEmptyText(), "torchserve"),
    service: v.optional(nonEmptyText()),
    tags: v.optional(tags()),
    log_processing_rules: v.optional(list(rule(), "a list of processing rules")),
  };
}

const optionalTexts = () => v.optional(texts());

/** One entry of `logs`. */
export function logsEntry() {
  const file = fields({
    type: oneOf(["file"]),
    path: nonEmptyText(),
    exclude_paths: optionalTexts(),
    encoding: v.optional(oneOf(ENCODINGS)),
    start_position: v.optional(oneOf(["beginning", "end", "forceBeginning", "forceEnd"])),
    auto_multi_line_detection: v.optional(flag()),
    ...shared(),
  });
  const port = fields({
    type: oneOf(["tcp", "udp"]),
    port: wholeNumber(1, 65_535, "a port from 1 to 65535"),
    ...shared(),
  });
  const journald = fields({
    type: oneOf(["journald"]),
    path: v.optional(nonEmptyText()),
    include_units: optionalTexts(),
    exclude_units: optionalTexts(),
    ...shared(),
  });
  const windowsEvent = fields({
    type: oneOf(["windows_event"]),
    channel_path: nonEmptyText(),
    query: v.optional(nonEmptyText()),
    ...shared(),
  });
  const unknown = openFields({ type: oneOf(LOG_TYPES) }, "a mapping with type and its settings");
  const byType = new Map(Object.entries({ file, tcp: port, udp: port, journald, windows_event: windowsEvent }));
  return choice([file, port, journald, windowsEvent], (value) => {
    const type = isMapping(value) ? value.type : undefined;
    return byType.get(typeof type === "string" ? type.trim().toLowerCase() : "") ?? unknown;
  });
}

/** One entry of a container's `logs`: without a type it means what the container prints. */
function containerLogsEntry() {
  const [printed, other] = [fields({ type: v.optional(oneOf(["docker", "containerd"])), ...shared() }), logsEntry()];
  return choice([printed, other], (value) => {
    const type = isMapping(value) ? value.type : undefined;
    return type === undefined || type === "docker" || type === "containerd" ? printed : other;
  });
}

/** One entry of `logs`: where the host's log agent finds logs. */
export type LogsEntry = Frozen<v.InferOutput<ReturnType<typeof logsEntry | typeof containerLogsEntry>>>;

/**
 * Checks the cleaned `logs` section. Entries without `service` get the one of `init_config`.
 *
 * @param place where they stand: what a container prints needs no type
 * @returns the entries that are right.
 */
export async function validateLogs(
  logs: unknown,
  service: string | undefined,
  path: string,
  issues: IssueList,
  place: "file" | "container" = "file",
): Promise<LogsEntry[]> {
  if (!Array.isArray(logs)) {
    issues.error(path, `Found ${found(logs, false)}; expected a list of log sources.`);
    return [];
  }
  const schema = place === "file" ? logsEntry() : containerLogsEntry();
  const entries: LogsEntry[] = [];
  for (const [i, value] of logs.entries()) {
    const at = child(path, i);
    reportUnknownNames(schema, value, at, issues);
    const entry = parseWith(schema, value, at, false, issues);
    if (entry === undefined) continue;
    await checkRules(entry, at, issues);
    entries.push({
      ...entry,
      ...(entry.service ?? service) === undefined ? {} : { service: entry.service ?? service },
    });
  }
  return entries;
}

/** Log agents read the patterns of rules as RE2, which is Go's syntax, not as Python's. */
async function checkRules(entry: LogsEntry, path: string, issues: IssueList): Promise<void> {
  for (const [i, { pattern }] of (entry.log_processing_rules ?? []).entries()) {
    if (isHarmless(pattern)) continue;
    const { RE2JS } = await import("re2js");
    try {
      RE2JS.compile(pattern);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const at = `${path}.log_processing_rules[${i}].pattern`;
      issues.error(at, `Found a pattern that does not compile: ${why}; expected a regular expression in RE2's syntax.`);
    }
  }
}
