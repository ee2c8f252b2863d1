import type { Metric, Report } from "../report/report.ts";

/** JSON of tag lists: one list serves many metrics, and many runs. */
const tagsJson = new WeakMap<readonly string[], string>();

function encodeTags(tags: readonly string[]): string {
  let json = tagsJson.get(tags);
  if (json === undefined) tagsJson.set(tags, json = JSON.stringify(tags));
  return json;
}

/** Metrics as JSON, one string each: a report of 100,000 spends most of its time here. */
export function encodeMetrics(metrics: readonly Metric[]): string[] {
  const heads = new Map<string, string>();
  return metrics.map(({ name, type, value, tags, hostname, flush_first_value: flush }) => {
    let head = heads.get(name);
    if (head === undefined) heads.set(name, head = `{"name":${JSON.stringify(name)},"type":"`);
    const host = hostname === undefined ? "" : `,"hostname":${JSON.stringify(hostname)}`;
    const first = flush === undefined ? "" : `,"flush_first_value":${flush}`;
    return `${head}${type}","value":${value},"tags":${encodeTags(tags)}${host}${first}}`;
  });
}

/** A report as JSON text, in one piece. */
export function encodeReport(report: Report): string {
  const { metrics, ...rest } = report;
  const json = JSON.stringify(rest);
  return `{"metrics":[${encodeMetrics(metrics).join(",")}],${json.slice(1)}`;
}
