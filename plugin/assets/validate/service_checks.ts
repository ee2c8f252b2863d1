import * as v from "valibot";
import { checkSchema, quoted } from "./by_schema.ts";
import type { AssetTexts, Findings } from "./findings.ts";
import { JsonFile } from "./json_file.ts";

/** Where the service checks are described. */
export const SERVICE_CHECKS = "assets/service_checks.json";

const text = v.pipe(v.string(), v.nonEmpty("a text that is not empty"));

const schema = v.array(v.strictObject({
  agent_version: v.pipe(text, v.regex(/^\d+\.\d+\.\d+$/, "a version as 7.47.0")),
  integration: v.literal("TorchServe"),
  check: v.pipe(text, v.startsWith("torchserve.", "a name that starts with torchserve.")),
  statuses: v.pipe(
    v.array(v.picklist(["ok", "warning", "critical", "unknown"])),
    v.minLength(1, "at least one status"),
  ),
  groups: v.array(text),
  name: text,
  description: text,
}));

/** Holds service_checks.json against its rules; returns the groups of each check by its name. */
export function checkServiceChecks(
  texts: AssetTexts,
  submitted: ReadonlyMap<string, readonly string[]>,
  findings: Findings,
): ReadonlyMap<string, readonly string[]> {
  const source = texts.get(SERVICE_CHECKS);
  const groups = new Map<string, readonly string[]>();
  if (source === undefined) {
    findings.add(SERVICE_CHECKS, 1, "the file is missing");
    return groups;
  }
  const file = JsonFile.read(SERVICE_CHECKS, source, findings);
  const checks = file === undefined ? undefined : checkSchema(file, schema, findings);
  if (file === undefined || checks === undefined) return submitted;
  const names = new Set<string>();
  checks.forEach((one, i) => {
    const add = (key: string, message: string) => findings.add(SERVICE_CHECKS, file.lineOf([i, key]), message);
    if (groups.has(one.check)) add("check", `${quoted(one.check)} stands twice`);
    if (names.has(one.name)) add("name", `${quoted(one.name)} is the name of two checks`);
    names.add(one.name);
    groups.set(one.check, one.groups);
    const tags = submitted.get(one.check);
    if (tags === undefined) return add("check", `nothing submits a service check ${quoted(one.check)}`);
    one.groups.forEach((group, k) => {
      if (group === "host" || tags.includes(group)) return;
      findings.add(
        SERVICE_CHECKS,
        file.lineOf([i, "groups", k]),
        `${one.check} is submitted without a tag ${quoted(group)}, only ${tags.join(", ")}`,
      );
    });
    for (const tag of tags.filter((name) => !one.groups.includes(name))) {
      add("groups", `the tag ${quoted(tag)} of ${one.check} is missing in its groups`);
    }
  });
  for (const name of submitted.keys()) {
    if (!groups.has(name)) {
      findings.add(SERVICE_CHECKS, 1, `the service check ${quoted(name)} is submitted, and not described`);
    }
  }
  return groups;
}
