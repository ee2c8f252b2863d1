import type { CatalogueEntry } from "../../../catalogue/mod.ts";
import { exposedName } from "../../../formats/mod.ts";
import type { CheckFacts } from "../knowledge.ts";

/** A series that Prometheus may have, and the labels that it has besides those of the scrape. */
export interface Series {
  readonly labels: readonly string[];
  readonly isCounter: boolean;
}

/** What every series has (https://prometheus.io/docs/concepts/jobs_instances/). */
export const SCRAPED: readonly string[] = ["job", "instance"];

/** Series that others make: of Prometheus itself, and of the node exporter where a text file is collected. */
const OF_OTHERS: readonly [string, readonly string[]][] = [
  ["up", []],
  ["ALERTS", ["alertname", "alertstate", "severity"]],
  ["node_textfile_mtime_seconds", ["file"]],
];

/** All series that our expressions may ask for, by name: those of the exporter and of the text file, and some of others. */
export function knownSeries(
  metrics: ReadonlyMap<string, CatalogueEntry>,
  checks: ReadonlyMap<string, CheckFacts>,
): ReadonlyMap<string, Series> {
  const known = new Map<string, Series>();
  for (const { name, type, tags } of metrics.values()) {
    known.set(exposedName(name, type === "count"), { labels: tags, isCounter: type === "count" });
  }
  for (const [name, { groups }] of checks) {
    known.set(exposedName(name, false), { labels: groups.filter((tag) => tag !== "host"), isCounter: false });
  }
  // An alert has the labels of the series that it is about.
  const all = [...new Set([...known.values()].flatMap(({ labels }) => labels))];
  for (const [name, labels] of OF_OTHERS) {
    known.set(name, { labels: name === "ALERTS" ? [...labels, ...all] : labels, isCounter: false });
  }
  return known;
}
