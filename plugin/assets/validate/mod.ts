import { checkChangelog } from "./changelog.ts";
import { checkConfiguration } from "./configuration.ts";
import { checkDashboard } from "./dashboards.ts";
import { checkDataflows } from "./dataflows.ts";
import { EMITTED } from "./emitted.ts";
import { type AssetTexts, type Finding, Findings } from "./findings.ts";
import { JsonFile } from "./json_file.ts";
import type { Knowledge } from "./knowledge.ts";
import { checkPipeline } from "./logs.ts";
import { checkManifest, checkTitles } from "./manifest.ts";
import { checkMetadata, METADATA } from "./metadata.ts";
import { checkMonitor } from "./monitors.ts";
import { checkReadme } from "./readme.ts";
import { checkSavedView } from "./saved_views.ts";
import { checkServiceChecks } from "./service_checks.ts";

export type { AssetTexts, Finding } from "./findings.ts";

/**
 * All that is wrong with the assets, file by file.
 *
 * @param whole also the log pipeline and the configuration, which take as long as all the rest
 */
export async function validateAssets(texts: AssetTexts, whole = true): Promise<Finding[]> {
  const findings = new Findings();
  const metrics = checkMetadata(texts, findings);
  checkEmitted(texts, metrics, findings);
  const checks = checkServiceChecks(texts, new Map(Object.entries(EMITTED.service_checks)), findings);
  const knowledge: Knowledge = { metrics, checks };
  const manifest = checkManifest(texts, knowledge, findings);
  const titles = new Map<string, string>();
  for (const [path, text] of texts) {
    const [, kind] = /^assets\/(dashboards|monitors|saved_views)\/[^/]+\.json$/.exec(path) ?? [];
    const file = kind === undefined ? undefined : JsonFile.read(path, text, findings);
    if (file === undefined) continue;
    if (kind === "dashboards") checkDashboard(file, knowledge, findings);
    if (kind === "saved_views") checkSavedView(file, findings);
    if (kind !== "monitors") continue;
    const title = checkMonitor(file, knowledge, findings);
    if (title !== undefined) titles.set(path, title);
  }
  if (manifest !== undefined) checkTitles(texts, manifest, titles, findings);
  checkDrawn(texts, [...metrics.keys()], findings);
  checkReadme(texts, findings);
  checkChangelog(texts, findings);
  checkDataflows(texts, findings);
  if (whole) {
    await checkConfiguration(texts, findings);
    await checkPipeline(texts, findings);
  }
  return findings.sorted();
}

/** Every metric is drawn by a dashboard, also by one with mistakes elsewhere. */
function checkDrawn(texts: AssetTexts, names: readonly string[], findings: Findings): void {
  const drawn = new Set<string>();
  for (const [path, text] of texts) {
    if (!path.startsWith("assets/dashboards/")) continue;
    for (const [, name = ""] of text.matchAll(/(?:avg|sum|min|max):([\w.]+)\{/g)) drawn.add(name);
  }
  // Without dashboards that can be read, this would be said of every metric.
  if (drawn.size === 0) return;
  for (const name of names) {
    if (!drawn.has(name)) {
      findings.add(METADATA, lineOfMetric(texts, name), `no dashboard draws ${JSON.stringify(name)}`);
    }
  }
}

/** Every metric was seen in tests, with the tags that it is said to have. */
function checkEmitted(texts: AssetTexts, metrics: Knowledge["metrics"], findings: Findings): void {
  for (const { name, tags } of metrics.values()) {
    const emitted = EMITTED.metrics[name];
    const line = lineOfMetric(texts, name);
    if (emitted === undefined) {
      findings.add(METADATA, line, `no test has seen a metric ${JSON.stringify(name)}: it may not exist`);
      continue;
    }
    for (const tag of tags.filter((one) => !emitted.includes(one))) {
      findings.add(METADATA, line, `no test has seen ${name} with the tag ${JSON.stringify(tag)}`);
    }
    for (const tag of emitted.filter((one) => !tags.includes(one))) {
      findings.add(METADATA, line, `${name} has a tag ${JSON.stringify(tag)}, which is missing in sample_tags`);
    }
  }
}

function lineOfMetric(texts: AssetTexts, name: string): number {
  const lines = texts.get(METADATA)?.split("\n") ?? [];
  return lines.findIndex((line) => line.startsWith(`${name},`)) + 1 || 1;
}
