import type { CatalogueEntry } from "../../catalogue/mod.ts";
import { quoted } from "./by_schema.ts";
import { EMITTED } from "./emitted.ts";
import type { AssetTexts, Findings } from "./findings.ts";
import { METADATA } from "./metadata.ts";
import { metricNamesIn } from "./metric_names.ts";

/** Every metric was seen in tests, as it is described, and all that were seen are described. */
export function checkEmitted(
  texts: AssetTexts,
  metrics: ReadonlyMap<string, CatalogueEntry>,
  findings: Findings,
): void {
  for (const { name, type, unit, tags } of metrics.values()) {
    const emitted = EMITTED.metrics[name];
    const add = (message: string) => findings.add(METADATA, lineOfMetric(texts, name), message);
    if (emitted === undefined) {
      add(`no test has seen a metric ${quoted(name)}: it may not exist`);
      continue;
    }
    if (type !== emitted.type) add(`${name} is submitted as ${emitted.type}, not as ${quoted(type)}`);
    if (emitted.unit !== undefined && unit !== emitted.unit) {
      add(`TorchServe gives ${name} in ${emitted.unit}s, not in ${quoted(unit)}`);
    }
    for (const tag of tags.filter((one) => !emitted.tags.includes(one))) {
      add(`no test has seen ${name} with the tag ${quoted(tag)}`);
    }
    for (const tag of emitted.tags.filter((one) => !tags.includes(one))) {
      add(`${name} has a tag ${quoted(tag)}, which is missing in sample_tags`);
    }
  }
  // Where nothing can be read, this would be said of every metric.
  if (metrics.size === 0) return;
  for (const name of Object.keys(EMITTED.metrics)) {
    if (!metrics.has(name)) findings.add(METADATA, 1, `the metric ${quoted(name)} is submitted, and not described`);
  }
}

/** Every metric is drawn by a dashboard, also by one with mistakes elsewhere. */
export function checkDrawn(
  texts: AssetTexts,
  metrics: ReadonlyMap<string, CatalogueEntry>,
  findings: Findings,
): void {
  const dashboards = [...texts].filter(([path]) => path.startsWith("assets/dashboards/"));
  const drawn = new Set(dashboards.flatMap(([, text]) => metricNamesIn(text)));
  // Without dashboards that can be read, this would be said of every metric.
  if (drawn.size === 0) return;
  for (const name of metrics.keys()) {
    if (drawn.has(name)) continue;
    findings.add(METADATA, lineOfMetric(texts, name), `no dashboard draws ${quoted(name)}`);
  }
}

function lineOfMetric(texts: AssetTexts, name: string): number {
  const lines = texts.get(METADATA)?.split("\n") ?? [];
  return lines.findIndex((line) => line.startsWith(`${name},`)) + 1 || 1;
}
