import { nearest } from "../../config/mod.ts";
import { quoted } from "./by_schema.ts";
import { CHANGELOG } from "./changelog.ts";
import { EXAMPLE, SCHEMA, SPEC } from "./configuration.ts";
import { DATAFLOWS } from "./dataflows.ts";
import type { AssetTexts, Findings } from "./findings.ts";
import { PIPELINE, PIPELINE_TESTS } from "./logs.ts";
import { MANIFEST } from "./manifest.ts";
import { METADATA } from "./metadata.ts";
import { RULES } from "./prometheus/rules.ts";
import { RULE_TESTS } from "./prometheus/rule_tests.ts";
import { README } from "./readme.ts";
import { SERVICE_CHECKS } from "./service_checks.ts";

/** The files that there are, and what others are called. */
const FILES = [
  ...[MANIFEST, METADATA, README, CHANGELOG, SERVICE_CHECKS, DATAFLOWS],
  ...[SPEC, EXAMPLE, SCHEMA, PIPELINE, PIPELINE_TESTS, RULES, RULE_TESTS],
];
const FOLDERS: readonly RegExp[] = [
  /^assets\/(?:dashboards|grafana|monitors|saved_views)\/[a-z0-9_]+\.json$/,
  /^assets\/protocol\/[a-z_.-]+\.schema\.json$/,
];
const NAMES = ["dashboards", "monitors", "saved_views", "grafana", "prometheus", "protocol", "logs", "configuration"];

/** What stands for a byte that is no text. */
const NO_TEXT = "\ufffd";

/** Every file is one that somebody reads, and a text. */
export function checkFolder(texts: AssetTexts, findings: Findings): void {
  for (const [path, text] of texts) {
    const at = text.indexOf(NO_TEXT);
    if (at !== -1) findings.add(path, text.slice(0, at).split("\n").length, "bytes that are no UTF-8");
    if (text.startsWith("\ufeff")) findings.add(path, 1, "a byte order mark, which not every reader takes");
    if (FILES.includes(path) || FOLDERS.some((pattern) => pattern.test(path))) continue;
    findings.add(path, 1, `nobody reads a file ${quoted(path)}${hint(path)}`);
  }
}

function hint(path: string): string {
  const file = nearest(path, FILES);
  if (file !== undefined) return `: did you mean ${file}?`;
  const folder = path.split("/")[1] ?? "";
  if (NAMES.includes(folder)) return `: ${folder} have names in small letters, and .json or .yaml`;
  const close = nearest(folder, NAMES);
  return close === undefined ? "" : `: did you mean assets/${close}?`;
}
