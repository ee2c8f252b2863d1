import * as v from "valibot";
import { checkSchema, quoted } from "./by_schema.ts";
import { hintFor } from "./hint.ts";
import { EXAMPLE } from "./configuration.ts";
import type { AssetTexts, Findings } from "./findings.ts";
import { JsonFile } from "./json_file.ts";
import type { JsonPath } from "./json_path.ts";
import type { Knowledge } from "./knowledge.ts";
import type { MonitorFacts } from "./monitor_facts.ts";

/** Where the manifest lies. */
export const MANIFEST = "manifest.json";

const text = v.pipe(v.string(), v.nonEmpty("a text that is not empty"));
const paths = v.record(text, text);

/** The tags of a tile in the catalogue of integrations. */
const CLASSIFIERS = [
  "Category::AI/ML",
  "Category::Configuration & Deployment",
  "Category::Log Collection",
  "Category::Metrics",
  "Offering::Integration",
  "Submitted Data Type::Events",
  "Submitted Data Type::Logs",
  "Submitted Data Type::Metrics",
  "Supported OS::Linux",
  "Supported OS::Windows",
  "Supported OS::macOS",
] as const;

/** manifest.json 2.0.0, as our integration has it. */
export const manifestSchema = v.strictObject({
  manifest_version: v.literal("2.0.0"),
  app_uuid: v.literal("d5400c22-0f0a-4ce4-894d-c3cda48140e9"),
  app_id: v.literal("torchserve"),
  display_on_public_website: v.boolean(),
  tile: v.strictObject({
    overview: text,
    configuration: text,
    support: text,
    changelog: text,
    description: v.pipe(text, v.maxLength(80, "at most 80 characters")),
    title: v.literal("TorchServe"),
    media: v.pipe(v.array(v.unknown()), v.length(0, "an empty list")),
    classifier_tags: v.array(v.picklist(CLASSIFIERS)),
  }),
  assets: v.strictObject({
    integration: v.strictObject({
      auto_install: v.boolean(),
      source_type_id: v.literal(10357),
      source_type_name: v.literal("TorchServe"),
      configuration: v.strictObject({ spec: text }),
      events: v.strictObject({ creates_events: v.literal(true) }),
      metrics: v.strictObject({
        prefix: v.literal("torchserve."),
        check: v.pipe(v.array(text), v.minLength(1, "at least one metric")),
        metadata_path: text,
      }),
      service_checks: v.strictObject({ metadata_path: text }),
      process_signatures: v.pipe(v.array(v.literal("torchserve")), v.minLength(1, "at least one")),
    }),
    dashboards: paths,
    monitors: paths,
    saved_views: v.optional(paths),
    logs: v.strictObject({ source: v.literal("torchserve") }),
  }),
  author: v.strictObject({
    support_email: v.literal("help@datadoghq.com"),
    name: text,
    homepage: v.pipe(text, v.startsWith("https://", "an address with https://")),
    sales_email: v.pipe(text, v.email("an address of e-mail")),
  }),
});

export type ManifestJson = v.InferOutput<typeof manifestSchema>;

/** Folders whose files the manifest has to name, by its key for them. */
const NAMED = {
  dashboards: "assets/dashboards/",
  monitors: "assets/monitors/",
  saved_views: "assets/saved_views/",
} as const;

/** Holds the manifest against the files that there are, both ways. */
export function checkManifest(texts: AssetTexts, knowledge: Knowledge, findings: Findings): ManifestJson | undefined {
  const source = texts.get(MANIFEST);
  if (source === undefined) {
    findings.add(MANIFEST, 1, "the file is missing");
    return undefined;
  }
  const file = JsonFile.read(MANIFEST, source, findings);
  const manifest = file === undefined ? undefined : checkSchema(file, manifestSchema, findings);
  if (file === undefined || manifest === undefined) return undefined;
  const { integration } = manifest.assets;
  const exists = (path: string, at: JsonPath) => {
    if (texts.has(path)) return;
    findings.add(MANIFEST, file.lineOf(at), `there is no file ${quoted(path)}${hintFor(path, [...texts.keys()])}`);
  };
  const of = (...at: string[]): JsonPath => ["assets", "integration", ...at];
  exists(integration.configuration.spec, of("configuration", "spec"));
  exists(integration.metrics.metadata_path, of("metrics", "metadata_path"));
  exists(integration.service_checks.metadata_path, of("service_checks", "metadata_path"));
  for (const [key, folder] of Object.entries(NAMED) as [keyof typeof NAMED, string][]) {
    const named = manifest.assets[key] ?? {};
    for (const [name, path] of Object.entries(named)) exists(path, ["assets", key, name]);
    const values = Object.values(named);
    for (const [name, path] of Object.entries(named)) {
      const right = key === "monitors" ? name : `torchserve_${/([^/]*)\.json$/.exec(path)?.[1]}`;
      if (name === right) continue;
      findings.add(MANIFEST, file.lineOf(["assets", key, name]), `${quoted(name)}: ${path} is called ${quoted(right)}`);
    }
    for (const path of texts.keys()) {
      if (!path.startsWith(folder) || !path.endsWith(".json") || values.includes(path)) continue;
      findings.add(MANIFEST, file.lineOf(["assets", key]), `${quoted(path)} is not named under ${quoted(key)}`);
    }
    for (const path of new Set(values.filter((value, i) => values.indexOf(value) !== i))) {
      findings.add(MANIFEST, file.lineOf(["assets", key]), `${quoted(path)} is named twice`);
    }
  }
  integration.metrics.check.forEach((name, i) => {
    if (knowledge.metrics.has(name)) return;
    findings.add(
      MANIFEST,
      file.lineOf([...of("metrics", "check"), i]),
      `metadata.csv has no metric ${quoted(name)}${hintFor(name, [...knowledge.metrics.keys()])}`,
    );
  });
  checkTile(file, manifest, texts, findings);
  return manifest;
}

/** The parts of the tile stand in files: `README.md#Setup`. */
function checkTile(file: JsonFile, { tile }: ManifestJson, texts: AssetTexts, findings: Findings): void {
  for (const key of ["overview", "configuration", "support", "changelog"] as const) {
    const [path = "", heading] = tile[key].split("#");
    const content = texts.get(path);
    const line = file.lineOf(["tile", key]);
    if (content === undefined) findings.add(MANIFEST, line, `there is no file ${quoted(path)}`);
    else if (heading !== undefined && !content.split("\n").includes(`## ${heading}`)) {
      findings.add(MANIFEST, line, `${path} has no heading ${quoted(`## ${heading}`)}`);
    }
  }
  const missing = CLASSIFIERS.filter((tag) =>
    !tile.classifier_tags.includes(tag) && tag !== "Category::Metrics" && tag !== "Submitted Data Type::Events"
  );
  const line = file.lineOf(["tile", "classifier_tags"]);
  for (const tag of missing) findings.add(MANIFEST, line, `the tag ${quoted(tag)} is missing`);
  checkLogCategory(file, { tile }, texts, findings);
}

/** Logs are collected if and only if the page says so, as Datadog's validator wants it. */
function checkLogCategory(
  file: JsonFile,
  { tile }: Pick<ManifestJson, "tile">,
  texts: AssetTexts,
  findings: Findings,
): void {
  const readme = texts.get("README.md") ?? "";
  const isSaid = /^#+ (?:logs|log collection)$/im.test(readme) || /^ *# *logs:/m.test(texts.get(EXAMPLE) ?? "");
  if (isSaid || !tile.classifier_tags.includes("Category::Log Collection")) return;
  const at = tile.classifier_tags.indexOf("Category::Log Collection");
  findings.add(
    MANIFEST,
    file.lineOf(["tile", "classifier_tags", at]),
    '"Category::Log Collection": README.md has no heading "Logs"',
  );
}

/** The names of monitors in the manifest are their titles. */
export function checkTitles(
  texts: AssetTexts,
  manifest: ManifestJson,
  monitors: ReadonlyMap<string, MonitorFacts>,
  findings: Findings,
): void {
  const file = JsonFile.read(MANIFEST, texts.get(MANIFEST) ?? "", findings);
  for (const [name, path] of Object.entries(manifest.assets.monitors)) {
    const title = monitors.get(path)?.title;
    if (title === undefined || title === name) continue;
    const line = file?.lineOf(["assets", "monitors", name]) ?? 1;
    findings.add(MANIFEST, line, `${quoted(name)} is not the title of ${path}, ${quoted(title)}`);
  }
}
