import * as v from "valibot";
import { checkSchema, quoted } from "./by_schema.ts";
import { hintFor } from "./hint.ts";
import { EMITTED } from "./emitted.ts";
import type { AssetTexts, Findings } from "./findings.ts";
import { JsonFile } from "./json_file.ts";
import type { CheckFacts } from "./knowledge.ts";
import { Place } from "./place.ts";

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

/** Holds service_checks.json against its rules; returns what it tells of each check by its name. */
export function checkServiceChecks(texts: AssetTexts, findings: Findings): ReadonlyMap<string, CheckFacts> {
  const source = texts.get(SERVICE_CHECKS);
  const known = new Map<string, CheckFacts>();
  if (source === undefined) {
    findings.add(SERVICE_CHECKS, 1, "the file is missing");
    return known;
  }
  const file = JsonFile.read(SERVICE_CHECKS, source, findings);
  const checks = file === undefined ? undefined : checkSchema(file, schema, findings);
  const names = new Set<string>();
  checks?.forEach((one, i) => {
    if (file === undefined) return;
    const place = new Place(file, [i], findings);
    if (known.has(one.check)) place.add(["check"], `${quoted(one.check)} stands twice`);
    if (names.has(one.name)) place.add(["name"], `${quoted(one.name)} is the name of two checks`);
    names.add(one.name);
    // What is missing here is said here, and not by each file that names it.
    const { tags = [], statuses = [] } = EMITTED.service_checks[one.check] ?? {};
    known.set(one.check, { groups: union(one.groups, tags), statuses: union(one.statuses, statuses) });
    checkOne(place, one);
  });
  for (const [name, { tags, statuses }] of Object.entries(EMITTED.service_checks)) {
    if (known.has(name)) continue;
    if (checks !== undefined) {
      findings.add(SERVICE_CHECKS, 1, `the service check ${quoted(name)} is submitted, and not described`);
    }
    known.set(name, { groups: ["host", ...tags], statuses });
  }
  return known;
}

const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];

/** A check is submitted, with the tags and statuses that are said, and its description says the same. */
function checkOne(place: Place, { check, groups, statuses, description }: v.InferOutput<typeof schema>[number]): void {
  const submitted = EMITTED.service_checks[check];
  if (submitted === undefined) {
    return place.add(
      ["check"],
      `nothing submits a service check ${quoted(check)}${hintFor(check, Object.keys(EMITTED.service_checks))}`,
    );
  }
  const { tags } = submitted;
  groups.forEach((group, i) => {
    if (group === "host" || tags.includes(group)) return;
    place.add(["groups", i], `${check} is submitted without a tag ${quoted(group)}, only ${tags.join(", ")}`);
  });
  for (const tag of ["host", ...tags].filter((name) => !groups.includes(name))) {
    place.add(["groups"], `the tag ${quoted(tag)} of ${check} is missing in its groups`);
  }
  statuses.forEach((status, i) => {
    if (!submitted.statuses.includes(status)) {
      place.add(["statuses", i], `no test has seen ${check} as ${quoted(status)}`);
    }
  });
  for (const status of submitted.statuses.filter((name) => !statuses.some((one) => one === name))) {
    place.add(["statuses"], `${check} may be ${quoted(status)}, which is missing in its statuses`);
  }
  const described = [...description.matchAll(/`([A-Z]+)`/g)].map(([, word = ""]) => word.toLowerCase());
  for (const status of statuses.filter((name) => !described.includes(name))) {
    place.add(["description"], `the description of ${check} does not say when it is ${quoted(status.toUpperCase())}`);
  }
}
