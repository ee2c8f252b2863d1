import type { Report } from "../report/mod.ts";

/**
 * A report without some tags: Prometheus gives every series of a scrape the labels of its target, and the same said
 * again would only make each series longer.
 */
export function withoutTags(report: Report, unwanted: ReadonlySet<string>): Report {
  // Submissions share lists of tags: each list is copied once.
  const known = new Map<readonly string[], readonly string[]>();
  const kept = (tags: readonly string[]) => {
    let left = known.get(tags);
    if (left === undefined) {
      left = tags.some((tag) => unwanted.has(tag)) ? tags.filter((tag) => !unwanted.has(tag)) : tags;
      known.set(tags, left);
    }
    return left;
  };
  const strip = <T extends { readonly tags: readonly string[] }>(of: readonly T[]): T[] =>
    of.map((one) => ({ ...one, tags: kept(one.tags) }));
  return {
    ...report,
    metrics: strip(report.metrics),
    histogram_buckets: strip(report.histogram_buckets),
    service_checks: strip(report.service_checks),
    events: strip(report.events),
  };
}
