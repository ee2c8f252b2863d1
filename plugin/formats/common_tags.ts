import type { Report } from "../report/mod.ts";
import { oneLine } from "../text/mod.ts";

/** Tags that every submission has, in the order of the first; each on one line. */
export function commonTags(report: Report): string[] {
  // Submissions of a model share one list of tags: each list is looked at once.
  const lists = new Set(
    [...report.service_checks, ...report.metrics, ...report.histogram_buckets].map(({ tags }) => tags),
  );
  let common: string[] | undefined;
  for (const tags of lists) {
    const own = new Set(tags.map(oneLine));
    common = common === undefined ? [...own] : common.filter((tag) => own.has(tag));
  }
  return common ?? [];
}

/** The tags that are not common to everything; each on one line. */
export function tagsWithout(tags: readonly string[], common: readonly string[]): string[] {
  return tags.map(oneLine).filter((tag) => !common.includes(tag));
}
